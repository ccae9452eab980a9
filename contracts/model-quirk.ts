import { z } from 'zod';

/** What endpoints do otherwise than OpenAI's. The first few change what they are asked; the others were noticed. */
export const modelQuirk = z.enum([
  'noJsonSchema',
  'noJsonObject',
  'noStreamOptions',
  'noTemperature',
  /** `max_tokens` is refused under its old name. */
  'maxCompletionTokens',
  /** Reasoning has to come back with the tool calls it led to. */
  'wantsReasoning',
  'noUsage',
  'noToolCallIds',
  /** A stream ends without `[DONE]`. */
  'noDone',
  /** A stream stays open after its answer is complete. */
  'staysOpen',
  'reasoningField',
  'thinkTags',
  'unstreamed',
]);
export type ModelQuirk = z.infer<typeof modelQuirk>;
