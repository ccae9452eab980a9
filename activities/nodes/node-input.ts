import { z } from 'zod';
import { language } from '../../contracts/errors.ts';
import { retryPolicy } from '../../contracts/flow.ts';
import { jsonObject } from '../../contracts/json.ts';
import { memoryRef } from '../../contracts/memory.ts';
import { flowRef } from '../../contracts/message.ts';
import { usage } from '../../contracts/usage.ts';

/** Contracts' `NodeInput` as it arrives. What a kind's config may be is checked by its own schema. */
export const nodeInput = z.object({
  run: z.object({
    runId: z.string(),
    traceId: z.string(),
    language,
    flow: z.string(),
    account: z.string().optional(),
    conversation: z.string().optional(),
    user: z.string().optional(),
    model: z.string().optional(),
  }),
  task: z.string(),
  config: jsonObject,
  written: z.object({ flow: flowRef, node: z.string() }).optional(),
  inputs: jsonObject.optional(),
  text: z.string(),
  memory: memoryRef.optional(),
  retry: z.object({
    when: retryPolicy.shape.when,
    maximumAttempts: z.number().int().positive(),
    waits: z.literal(true).optional(),
  }),
});
export type CheckedNodeInput = z.infer<typeof nodeInput>;

/** What an attempt leaves to the next one, as heartbeat details: what the attempts before it have cost. */
export const earlierAttempts = z.object({
  usage,
  /** The last one that is in it. */
  attempt: z.number().int().positive().optional(),
});
