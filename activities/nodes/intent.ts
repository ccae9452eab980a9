import { z } from 'zod';
import type { NodeActivities } from '../../contracts/activities.ts';
import { type Json, type JsonObject, jsonObject } from '../../contracts/json.ts';
import { type AnswerForm, clip, intentMessages } from '../../services/models/index.ts';
import { requestOf } from './call-model.ts';
import type { ModelDependencies } from './dependencies.ts';
import { createNodeActivity } from './node-activity.ts';
import { type IntentConfig, intentConfig } from './node-configs.ts';
import { promptBudget } from './prompt-budget.ts';
import { recollect } from './recollection.ts';

const answer = z.object({
  intent: z.string(),
  text: z.string().nullish(),
  arguments: jsonObject.nullish(),
});
type IntentAnswer = z.infer<typeof answer>;

/** One model call that answers plain talk at once, or names what the person wants: `{intent, text?, arguments?}`. */
export function createIntentActivity(deps: ModelDependencies): NodeActivities['intent'] {
  const budget = promptBudget(deps.gateway.contextTokens, deps.windowTokens);
  return createNodeActivity<IntentConfig>(
    {
      kind: 'intent',
      config: intentConfig,
      async work(call) {
        const { input, config } = call;
        const messages = intentMessages({
          language: input.run.language,
          intents: config.intents,
          answers: config.answers,
          extra: config.prompt,
          ...(await recollect(deps.snapshots, input.memory, budget.memory)),
          order: clip(input.text, budget.order),
        });
        const schema = intentForm(config);
        const { json, usage } = await deps.gateway.complete({ ...requestOf(call), messages, schema });
        return { output: outputOf(json, config), usage };
      },
    },
    deps.logger,
  );
}

/** The schema says the shape; names differ from flow to flow and are checked by hand, since schemas are dear to make. */
function intentForm({ intents, answers }: IntentConfig): AnswerForm<IntentAnswer> {
  const names = intents.map(({ name }) => name);
  return {
    name: 'intent',
    schema: answer,
    jsonSchema: jsonSchemaFor(names),
    check({ intent, text }) {
      if (!names.includes(intent)) return `intent must be one of ${names.join(', ')}`;
      if (answers.includes(intent) && !text?.trim()) return `for intent ${intent}, text must hold the answer`;
      return undefined;
    },
  };
}

function jsonSchemaFor(names: string[]): JsonObject {
  return {
    type: 'object',
    properties: {
      intent: { type: 'string', enum: names },
      text: { type: 'string' },
      arguments: { type: 'object' },
    },
    required: ['intent'],
  };
}

/** A text is kept only where the intent is answered: a model that also talks about a task has not done it. */
function outputOf({ intent, text, arguments: given }: IntentAnswer, { answers }: IntentConfig): Json {
  return {
    intent,
    ...(text && answers.includes(intent) && { text: text.trim() }),
    ...(given && Object.keys(given).length > 0 && { arguments: given }),
  };
}
