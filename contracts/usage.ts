import { z } from 'zod';

/** What model calls used. `calls` counts repeats too. */
export const usage = z.object({
  calls: z.number().int().nonnegative(),
  promptTokens: z.number().int().nonnegative(),
  completionTokens: z.number().int().nonnegative(),
  /** Milliseconds that models took to answer, one call after the other. */
  ms: z.number().nonnegative().optional(),
  /** By currency (ISO 4217), where models have a price. */
  cost: z.record(z.string(), z.number().nonnegative()).optional(),
});
export type Usage = z.infer<typeof usage>;
