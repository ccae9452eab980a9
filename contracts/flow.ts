import { z } from 'zod';
import { durationText } from './duration-text.ts';
import { flowLimits } from './flow-limits.ts';
import { flowId, nodeId } from './ids.ts';
import { json } from './json.ts';

/** A CEL expression. Its size is bounded here, its work where it is evaluated. */
export const expression = z.string().min(1).max(4_000);

/** Temporal's names. `when`: a condition over `error`; false ends the retries. */
export const retryPolicy = z.strictObject({
  maximumAttempts: z.number().int().min(1).max(100).optional(),
  initialInterval: durationText.optional(),
  backoffCoefficient: z.number().min(1).max(10).optional(),
  maximumInterval: durationText.optional(),
  when: expression.optional(),
});
export type RetryPolicyDocument = z.infer<typeof retryPolicy>;

export const onError = z.strictObject({
  action: z.enum(['fail', 'continue', 'fallback', 'branch']),
  value: json.optional(),
});

export const localizedText = z.strictObject({ en: z.string().max(200), zh: z.string().max(200) });

export const flowNode = z.strictObject({
  id: nodeId,
  kind: z.string().min(1).max(60),
  title: z.union([z.string().max(200), localizedText]).optional(),
  config: z.record(z.string(), json).optional(),
  timeout: durationText.optional(),
  retry: retryPolicy.optional(),
  onError: onError.optional(),
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
  pinned: json.optional(),
});
export type FlowNode = z.infer<typeof flowNode>;

export const flowEdge = z.strictObject({
  from: nodeId,
  to: nodeId,
  on: z.string().min(1).max(60).optional(),
  when: expression.optional(),
});
export type FlowEdge = z.infer<typeof flowEdge>;

/** A user's graph of nodes and edges: the draft and each published version. */
export const flowDocument = z.strictObject({
  schemaVersion: z.literal(1, 'has to be 1; a document of a newer one needs a newer Errand'),
  id: flowId,
  name: localizedText,
  nodes: z.array(flowNode).min(1).max(flowLimits.nodes),
  edges: z.array(flowEdge).max(flowLimits.edges),
  /** Id of the configured model that its nodes ask first. */
  model: z.string().min(1).max(40).optional(),
  /** What its nodes do while no model answers: fail, which is the default, or wait up to a day. */
  whenUnavailable: z.enum(['fail', 'wait']).optional(),
  /** Run when a run of this flow fails; its `trigger.input` is `{run, flow, node, error, text}`. */
  onFailure: z.strictObject({ flow: flowId }).optional(),
});
export type FlowDocument = z.infer<typeof flowDocument>;

/** One thing wrong with a document. `code` is stable; `message` says what to do. */
export const flowProblem = z.object({
  node: z.string().optional(),
  field: z.string().optional(),
  code: z.string(),
  message: z.string(),
});
export type FlowProblem = z.infer<typeof flowProblem>;

/** A published, immutable version. `hash`: SHA-256 of the canonical document, hex. */
export const flowVersion = z.object({
  version: z.number().int().positive(),
  hash: z.string(),
  note: z.string().max(1_000),
  publishedAt: z.iso.datetime(),
});
export type FlowVersion = z.infer<typeof flowVersion>;
