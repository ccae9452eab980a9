import { z } from 'zod';
import type { NodeActivities } from '../../contracts/activities.ts';
import { type AnswerForm, clip, decomposeMessages } from '../../services/models/index.ts';
import { requestOf } from './call-model.ts';
import type { ModelDependencies } from './dependencies.ts';
import { createNodeActivity } from './node-activity.ts';
import { type DecomposeConfig, decomposeConfig } from './node-configs.ts';
import { planned, type RawSubtask, rawSubtask } from './plan.ts';
import { promptBudget } from './prompt-budget.ts';
import { recollect } from './recollection.ts';

const form: AnswerForm<{ subtasks: RawSubtask[] }> = {
  name: 'plan',
  schema: z.object({ subtasks: z.array(rawSubtask).min(1) }),
};

/** Splits an order into `{subtasks: [{id, title, instruction, dependsOn?}]}`, limited in number and size. */
export function createDecomposeActivity(deps: ModelDependencies): NodeActivities['decompose'] {
  const budget = promptBudget(deps.gateway.contextTokens, deps.windowTokens);
  return createNodeActivity<DecomposeConfig>(
    {
      kind: 'decompose',
      config: decomposeConfig,
      async work(call) {
        const { input, config } = call;
        const messages = decomposeMessages({
          language: input.run.language,
          maximumSubtasks: config.maximumSubtasks,
          extra: config.prompt,
          ...(await recollect(deps.snapshots, input.memory, budget.memory)),
          order: clip(input.text, budget.order),
        });
        const { json, usage } = await deps.gateway.complete({ ...requestOf(call), messages, schema: form });
        return { output: { subtasks: planned(json.subtasks, config.maximumSubtasks) }, usage };
      },
    },
    deps.logger,
  );
}
