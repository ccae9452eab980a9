import { z } from 'zod';
import { flowId, nodeId, runId } from './ids.ts';
import { json } from './json.ts';

/* What failed, and how it is gone on from. */

const errorType = z.string().min(1).max(80);
const version = z.number().int().positive();

/** Times bound `startedAt`. */
export const runErrorQuery = z.object({
  flow: flowId.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});
export type RunErrorQuery = z.infer<typeof runErrorQuery>;

/** Runs of a flow that failed the same way: by the same type of error, at the same node. */
export const runErrorGroup = z.object({
  flow: flowId.nullable(),
  errorType,
  /** Null when the run failed as a whole. */
  node: z.string().nullable(),
  count: z.number().int().positive(),
  /** Of those, how many were gone on from in a run that has not failed. */
  resumed: z.number().int().nonnegative(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** The newest of them. */
  sample: z.object({ runId, message: z.string() }),
});
export type RunErrorGroup = z.infer<typeof runErrorGroup>;

export const resumeRun = z.strictObject({
  /** Goes on from here; without it from all that failed. */
  fromNode: nodeId.optional(),
  /** Without it the newest published one. */
  version: version.optional(),
  /** By node id: outputs that are taken instead of doing the node. */
  overrides: z.record(nodeId, json).optional(),
});

/** Which runs are gone on from: those named, or those that failed the same way. */
export const resumeRuns = z.union([
  z.strictObject({ runIds: z.array(runId).min(1).max(1_000), version: version.optional() }),
  z.strictObject({
    flow: flowId.optional(),
    node: nodeId,
    errorType,
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
    limit: z.number().int().min(1).max(1_000).default(1_000),
    version: version.optional(),
  }),
]);
export type ResumeRuns = z.infer<typeof resumeRuns>;

export const resumedRuns = z.object({
  resumed: z.array(z.object({ runId, newRunId: runId })),
  refused: z.array(z.object({ runId, reason: z.string() })),
});
export type ResumedRuns = z.infer<typeof resumedRuns>;
