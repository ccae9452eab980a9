import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  type FlowRef,
  type KeywordAttribute,
  keyword,
  type RunInput,
  type RunOrigin,
  searchAttributes,
  taskQueue,
  workflowTypes,
} from '../../contracts/index.ts';
import { conversationAttribute, runWorkflowId } from '../temporal/workflow-ids.ts';

const startMs = 5_000;

/**
 * Starts a run in a workflow of its own; durable when this resolves. False when a run of this id was started before, and
 * then nothing was started. `by` names who asked, for whoever has to tell a repeat of theirs from another's.
 * Throws the client's errors when Temporal does not take it within five seconds.
 */
export async function startRun(
  temporal: Client,
  input: RunInput & { flow: FlowRef },
  by?: string,
): Promise<boolean> {
  try {
    await temporal.withDeadline(Date.now() + startMs, () =>
      temporal.workflow.start(workflowTypes.run, {
        workflowId: runWorkflowId(input.runId),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        taskQueue,
        args: [input],
        typedSearchAttributes: new TypedSearchAttributes(attributesOf(input.origin, input.flow)),
        staticSummary: `flow ${input.flow.id}`,
        ...(by === undefined ? {} : { memo: { by } }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** Who asked for a run: the `by` it was started with. Undefined when it said none, or Temporal knows no such run. */
export async function startedBy(temporal: Client, runId: string): Promise<unknown> {
  try {
    const { memo } = await temporal.withDeadline(Date.now() + startMs, () =>
      temporal.workflow.getHandle(runWorkflowId(runId)).describe(),
    );
    return memo?.by;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function attributesOf(origin: RunOrigin, flow: FlowRef): KeywordAttribute[] {
  const about = [
    keyword(searchAttributes.flow, flow.id),
    keyword(searchAttributes.flowVersion, flow.draft ? 'draft' : String(flow.version)),
  ];
  if (origin.type === 'api') return [...about, keyword(searchAttributes.user, origin.user)];
  const { channel, account, conversation, sender } = origin.message;
  return [
    ...about,
    keyword(searchAttributes.channel, channel),
    keyword(searchAttributes.account, account),
    keyword(searchAttributes.conversation, conversationAttribute(conversation)),
    keyword(searchAttributes.user, sender.id),
  ];
}
