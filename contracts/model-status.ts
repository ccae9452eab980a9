import { z } from 'zod';
import { modelQuirk } from './model-quirk.ts';
import { usage } from './usage.ts';

const time = z.iso.datetime();
const milliseconds = z.number().nonnegative();

/** A configured model as its operator sees it. Counted since the process began. */
export const modelStatus = z.object({
  id: z.string(),
  model: z.string(),
  endpoint: z.string(),
  preset: z.string().nullable(),
  /** Of its circuit breaker. `open`: it is left alone; `half-open`: one call is let through to see. */
  breaker: z.enum(['closed', 'open', 'half-open']),
  /** Milliseconds until it may be asked again: it asked for a pause, or the breaker is open. */
  restsMs: milliseconds,
  quirks: z.array(modelQuirk),
  inFlight: z.number().int().nonnegative(),
  waiting: z.number().int().nonnegative(),
  lastError: z.object({ at: time, message: z.string() }).nullable(),
  lastCheck: z.object({ at: time, ok: z.boolean(), ms: milliseconds }).nullable(),
  /** Of the last calls that were answered. */
  latency: z.object({ calls: z.number().int(), p50Ms: milliseconds, p95Ms: milliseconds }).nullable(),
  usage,
});
export type ModelStatus = z.infer<typeof modelStatus>;

/** What came of asking an endpoint which models it has: nothing is generated, so nothing is charged. */
export const modelTest = z.object({
  id: z.string(),
  /** Whether it can be reached, takes the key, and has the model, as far as it tells. */
  ok: z.boolean(),
  ms: milliseconds,
  /** Null: it keeps no list. */
  models: z.array(z.string()).nullable(),
  problem: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type ModelTest = z.infer<typeof modelTest>;
