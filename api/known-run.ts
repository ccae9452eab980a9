import {
  type AcceptedEntry,
  type FlowRef,
  type Run,
  type RunSummary,
  userMessageOf,
} from '../contracts/index.ts';
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
    flow: flowOf(attributes),
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

function flowOf({ flow: id, flowVersion }: OpenRunWorkflow['attributes']): FlowRef | null {
  if (!id) return null;
  return flowVersion === 'draft'
    ? { id, version: 0, draft: true }
    : { id, version: Number(flowVersion ?? 0) };
}

/** What is left of a run whose workflow was ended from outside: no code ran that could have kept more. */
export function endedFromOutside(workflow: OpenRunWorkflow, closedAt: Date, how: string): Run {
  return {
    ...knownOfWorkflow(workflow),
    nodes: [],
    status: 'failed',
    error: {
      type: 'Terminated',
      message: `Temporal ended the workflow: ${how.toLowerCase()}`,
      userMessage: userMessageOf('Terminated', 'en'),
      node: null,
    },
    finishedAt: closedAt.toISOString(),
  };
}
