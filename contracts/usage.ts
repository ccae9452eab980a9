import { z } from 'zod';

/** What model calls used. `calls` counts repeats too. */
export const usage = z.object({
  calls: z.number().int().nonnegative(),
  promptTokens: z.number().int().nonnegative(),
  completionTokens: z.number().int().nonnegative(),
});
export type Usage = z.infer<typeof usage>;
