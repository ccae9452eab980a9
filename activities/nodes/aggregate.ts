import type { NodeActivities } from '../../contracts/activities.ts';
import { aggregateMessages, clip, clippedJson } from '../../services/models/index.ts';
import { requestOf } from './call-model.ts';
import type { ModelDependencies } from './dependencies.ts';
import { createNodeActivity } from './node-activity.ts';
import { type AggregateConfig, aggregateConfig } from './node-configs.ts';
import { promptBudget } from './prompt-budget.ts';

/** Makes one answer, `{text}`, of the results of the nodes right before. */
export function createAggregateActivity(
  deps: Omit<ModelDependencies, 'snapshots'>,
): NodeActivities['aggregate'] {
  const budget = promptBudget(deps.gateway.contextTokens, deps.windowTokens);
  return createNodeActivity<AggregateConfig>(
    {
      kind: 'aggregate',
      config: aggregateConfig,
      async work(call) {
        const { input, config } = call;
        const messages = aggregateMessages({
          language: input.run.language,
          extra: config.prompt,
          order: clip(input.text, budget.order),
          results: clippedJson(input.inputs ?? {}, budget.results),
        });
        const { text, usage } = await deps.gateway.complete({ ...requestOf(call), messages });
        return { output: { text }, usage };
      },
    },
    deps.logger,
  );
}
