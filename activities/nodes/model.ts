import { z } from 'zod';
import type { NodeActivities } from '../../contracts/activities.ts';
import type { ErrorType } from '../../contracts/errors.ts';
import { type JsonObject, jsonObject } from '../../contracts/json.ts';
import { type AnswerForm, clip, modelMessages, wireSchema } from '../../services/models/index.ts';
import { requestOf } from './call-model.ts';
import type { ModelDependencies } from './dependencies.ts';
import { createNodeActivity } from './node-activity.ts';
import { type ModelNodeConfig, modelNodeConfig } from './node-configs.ts';

/** The author's schema or temperature cannot be used. */
class ModelConfigInvalid extends Error {
  readonly type: ErrorType = 'InvalidInput';
}

/** Asks a model: `{text}`, or an object of the node's schema. */
export function createModelActivity(
  deps: Pick<ModelDependencies, 'gateway' | 'logger'>,
): NodeActivities['model'] {
  const promptTokens = Math.floor(deps.gateway.contextTokens * 0.75);
  return createNodeActivity<ModelNodeConfig>(
    {
      kind: 'model',
      config: modelNodeConfig,
      async work(call) {
        const { input, config } = call;
        const request = {
          ...requestOf(call),
          messages: modelMessages({
            language: input.run.language,
            system: config.system,
            prompt: clip(config.prompt, promptTokens),
          }),
          ...temperatureOf(config.temperature),
        };
        if (config.schema === undefined) {
          const { text, usage } = await deps.gateway.complete(request);
          return { output: { text }, usage };
        }
        const { json, usage } = await deps.gateway.complete({ ...request, schema: formOf(config.schema) });
        return { output: json, usage };
      },
    },
    deps.logger,
  );
}

/** A template may have left a number as text. */
function temperatureOf(value: number | string | undefined): { temperature?: number } {
  if (value === undefined || value === '') return {};
  const temperature = Number(value);
  if (temperature >= 0 && temperature <= 2) return { temperature };
  throw new ModelConfigInvalid('temperature must be a number from 0 to 2');
}

const formsKept = 100;
const forms = new Map<string, AnswerForm<JsonObject>>();

/** Schemas are dear to make ready, and the same few come again and again. */
function formOf(schema: JsonObject): AnswerForm<JsonObject> {
  const key = JSON.stringify(schema);
  const known = forms.get(key);
  if (known) return known;
  const form = { name: 'answer', schema: zodOf(schema), jsonSchema: wireSchema(schema) };
  if (forms.size >= formsKept) forms.clear();
  forms.set(key, form);
  return form;
}

function zodOf(schema: JsonObject): z.ZodType<JsonObject> {
  if (JSON.stringify(schema).includes('"pattern')) {
    // What a pattern costs on hostile text has no bound.
    throw new ModelConfigInvalid('schema: patterns are not supported');
  }
  try {
    return z.fromJSONSchema(schema).pipe(jsonObject);
  } catch (error) {
    throw new ModelConfigInvalid(`schema: ${error instanceof Error ? error.message : 'not a JSON Schema'}`);
  }
}
