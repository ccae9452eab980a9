import { z } from 'zod';
import { type FlowRef, nodeError, type RunSummary, runSummary } from '../../../contracts/index.ts';

/** The columns of a run's summary, times as numbers. */
export const summaryColumns = `id, status, flow, flow_version, intent, channel, account, conversation, message_id, "user",
  text, answer, error, accepted_at::DOUBLE AS accepted_at, started_at::DOUBLE AS started_at,
  finished_at::DOUBLE AS finished_at, usage, trace_id, workflow, resumed_from, parent, flow_draft`;

const text = z.string().nullable();
const row = z.object({
  id: z.string(),
  status: z.string(),
  flow: text,
  flow_version: z.number().nullable(),
  intent: text,
  channel: text,
  account: text,
  conversation: text,
  message_id: text,
  user: text,
  text: text,
  answer: text,
  error: text,
  accepted_at: z.number().nullable(),
  started_at: z.number(),
  finished_at: z.number().nullable(),
  usage: text,
  trace_id: text,
  workflow: text,
  resumed_from: text,
  parent: text,
  flow_draft: z.boolean().nullable(),
});

/** A row of `summaryColumns` as a summary; what a record lacked is empty. */
export function toSummary(value: unknown): RunSummary {
  const found = row.parse(value);
  return runSummary.parse({
    id: found.id,
    status: found.status,
    flow: flowOf(found),
    intent: found.intent,
    channel: found.channel,
    account: found.account,
    conversation: found.conversation,
    messageId: found.message_id,
    user: found.user,
    text: found.text ?? '',
    answer: found.answer,
    error: found.error === null ? null : parsed(found.error, nodeError.extend({ node: text })),
    acceptedAt: isoOf(found.accepted_at),
    startedAt: isoOf(found.started_at),
    finishedAt: isoOf(found.finished_at),
    usage: parsed(found.usage ?? '{"calls":0,"promptTokens":0,"completionTokens":0}', z.unknown()),
    traceId: found.trace_id ?? '',
    workflow: parsed(found.workflow ?? '{"workflowId":"","runId":""}', z.unknown()),
    resumedFrom: found.resumed_from,
    parent: found.parent,
  });
}

function flowOf(found: z.infer<typeof row>): FlowRef | null {
  if (found.flow === null) return null;
  const { flow: id, flow_version: version } = found;
  return { id, version: version ?? 0, ...(found.flow_draft ? { draft: true } : {}) };
}

function isoOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function parsed<T>(json: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(json));
}
