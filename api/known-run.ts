import type { AcceptedEntry, RunSummary } from '../contracts/index.ts';
import { conversationWorkflowId, runWorkflowId } from '../services/temporal/workflow-ids.ts';
import type { OpenRunWorkflow } from './temporal-reader.ts';

const nothingKnown = {
  status: 'running',
  flow: null,
  intent: null,
  text: '',
  answer: null,
  error: null,
  finishedAt: null,
  usage: { calls: 0, promptTokens: 0, completionTokens: 0 },
  resumedFrom: null,
  parent: null,
} as const;

/** What is known of a message's run while its workflow does not answer. */
export function knownOfEntry(entry: AcceptedEntry): RunSummary {
  const { runId, channel, account, conversation, acceptedAt, traceId } = entry;
  return {
    ...nothingKnown,
    id: runId,
    channel,
    account,
    conversation,
    messageId: entry.id,
    user: entry.sender.id,
    acceptedAt,
    startedAt: acceptedAt,
    traceId,
    workflow: { workflowId: conversationWorkflowId(account, conversation), runId: '' },
  };
}

/** What visibility knows of a run that has a workflow of its own. */
export function knownOfWorkflow({
  workflowId,
  executionId,
  startedAt,
  attributes,
}: OpenRunWorkflow): RunSummary {
  return {
    ...nothingKnown,
    id: workflowId.slice(runWorkflowId('').length),
    flow: attributes.flow ? { id: attributes.flow, version: Number(attributes.flowVersion ?? 0) } : null,
    channel: attributes.channel ?? null,
    account: attributes.account ?? null,
    conversation: attributes.conversation ?? null,
    messageId: null,
    user: attributes.user ?? null,
    acceptedAt: null,
    startedAt: new Date(startedAt).toISOString(),
    traceId: '',
    workflow: { workflowId, runId: executionId },
  };
}
