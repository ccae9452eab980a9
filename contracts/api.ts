import { z } from 'zod';
import { outcome } from './delivery.ts';
import { durationMs, durationPattern } from './duration.ts';
import { durationText } from './duration-text.ts';
import { nodeError } from './errors.ts';
import { accountId, conversationId, flowId, messageId, nodeId, runId } from './ids.ts';
import { json } from './json.ts';
import { messageTextLimit } from './message.ts';
import { runStatus, runSummary } from './run.ts';
import { sender } from './sender.ts';

/** RFC 9457. `type` is stable: `https://errand.dev/problems/<name>`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

export const webhookMessage = z.object({
  conversation: conversationId,
  sender,
  text: z.string().min(1).max(messageTextLimit),
});
export type WebhookMessage = z.infer<typeof webhookMessage>;

export const webhookAccepted = z.object({ accepted: z.literal(true), messageId });

/** What is posted to a `replyUrl`. */
export const webhookReply = z.object({
  type: z.enum(['reply', 'progress', 'approval']),
  conversation: conversationId,
  /** Absent: it answers nothing, a flow says it by itself. */
  inReplyTo: messageId.optional(),
  runId,
  text: z.string(),
  final: z.boolean(),
  outcome: outcome.optional(),
});
export type WebhookReply = z.infer<typeof webhookReply>;

/** Filters of `GET /api/v1/runs`; `text` is found anywhere in order or answer; times bound `startedAt`. */
export const runQuery = z.object({
  status: runStatus.optional(),
  channel: z.string().max(40).optional(),
  account: accountId.optional(),
  conversation: conversationId.optional(),
  user: z.string().max(256).optional(),
  flow: flowId.optional(),
  intent: z.string().max(80).optional(),
  messageId: messageId.optional(),
  /** The run that they go on from. */
  resumedFrom: runId.optional(),
  /** The run that they are a part of. */
  parent: runId.optional(),
  /** Of the error that ended them, and the node that failed them. */
  errorType: z.string().max(80).optional(),
  node: nodeId.optional(),
  text: z.string().max(200).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  cursor: z.string().max(200).optional(),
});
export type RunQuery = z.infer<typeof runQuery>;

export const runPage = z.object({ runs: z.array(runSummary), next: z.string().nullable() });
export type RunPage = z.infer<typeof runPage>;

const publishedVersion = z.number().int().nonnegative();
export const startRun = z
  .strictObject({
    input: json.optional(),
    version: publishedVersion.optional(),
    draft: z.boolean().optional(),
    /** Only what leads to this node is done, and the node. */
    upTo: nodeId.optional(),
    /** Nodes with effects are recorded, not done. */
    dry: z.boolean().optional(),
  })
  .refine(({ version, draft }) => version === undefined || !draft, 'either `version` or `draft`');
/** One node by itself. `trigger`: what expressions see under that name; `outputs`: of other nodes, by id. */
export const testNode = z.strictObject({
  trigger: z
    .strictObject({
      text: z.string().max(messageTextLimit),
      sender,
      conversation: conversationId,
      attachments: z.array(json).max(20),
      input: json,
    })
    .partial()
    .optional(),
  outputs: z.record(nodeId, json).optional(),
  /** The draft without. */
  version: publishedVersion.optional(),
  dry: z.boolean().optional(),
});
/** Something that a run may wait for. */
export const runEvent = z.object({ name: z.string().min(1).max(200), data: json.default(null) });
export const startedRun = z.object({ runId });
/** A run that was waited for. `output`: of the nodes where the flow ended. */
export const endedRun = z.object({ runId, status: outcome, output: json, error: nodeError.nullable() });
export type EndedRun = z.infer<typeof endedRun>;

/** A duration such as `10s`: how long an answer may wait for the run to end. */
export const waitTime = durationText.refine(
  (text) => !durationPattern.test(text) || durationMs(text) <= 60_000,
  'at most 60s',
);

/** Where other programs call a flow, and the Standard Webhooks secret they sign with. */
export const flowHook = z.object({ url: z.string(), secret: z.string() });
