import { z } from 'zod';
import { outcome } from './delivery.ts';
import { nodeError } from './errors.ts';
import { accountId, conversationId, messageId, runId } from './ids.ts';
import { json } from './json.ts';
import { flowRef } from './message.ts';
import { usage } from './usage.ts';

export const runStatus = z.enum(['running', 'waiting', 'answered', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;

export const nodeStatus = z.enum([
  'pending',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
]);

export const runNode = z.object({
  id: z.string(),
  kind: z.string(),
  status: nodeStatus,
  attempts: z.number().int().nonnegative(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  output: json,
  error: nodeError.nullable(),
  usage: usage.optional(),
  /** Of a fan-out: how many items there are in each state. */
  items: z.record(z.string(), z.number().int()).optional(),
});
export type RunNode = z.infer<typeof runNode>;

/** One run, as it is shown while it goes on and kept when it ended. One per message; others have no message. */
export const run = z.object({
  id: runId,
  status: runStatus,
  flow: flowRef.nullable(),
  intent: z.string().nullable(),
  channel: z.string().nullable(),
  account: accountId.nullable(),
  conversation: conversationId.nullable(),
  messageId: messageId.nullable(),
  user: z.string().nullable(),
  /** The order and the answer, as the person saw them. */
  text: z.string(),
  answer: z.string().nullable(),
  error: nodeError.extend({ node: z.string().nullable() }).nullable(),
  acceptedAt: z.iso.datetime().nullable(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  nodes: z.array(runNode),
  usage,
  traceId: z.string(),
  /** The Temporal execution that holds, or held, the run. */
  workflow: z.object({ workflowId: z.string(), runId: z.string() }),
  resumedFrom: runId.nullable(),
  /** The run whose subflow, or whose failure, this one is. */
  parent: runId.nullable().default(null),
});
export type Run = z.infer<typeof run>;

/** A run that ended: what the record segments keep. */
export const runRecord = run.extend({ status: outcome, finishedAt: z.iso.datetime() });
export type RunRecord = z.infer<typeof runRecord>;

/** A run without its nodes: a row of a list. */
export const runSummary = run.omit({ nodes: true });
export type RunSummary = z.infer<typeof runSummary>;
