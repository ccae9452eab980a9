import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { type RunInput, type RunResult, workflowTypes } from '../contracts/workflows.ts';
import { runAttributes } from './search-attributes.ts';

type RunHandle = ChildWorkflowHandle<(input: RunInput) => Promise<RunResult>>;

/**
 * Lets a run go on by itself. Abandoned, not terminated, when the workflow that starts it completes or continues as
 * new. Returns once Temporal holds it; undefined when it had been started before.
 */
export async function startRun(input: RunInput): Promise<RunHandle | undefined> {
  try {
    return await startChild<(input: RunInput) => Promise<RunResult>>(workflowTypes.run, {
      workflowId: `run:${input.runId}`,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      typedSearchAttributes: runAttributes(input),
      staticSummary:
        input.origin.type === 'message' && !input.parent
          ? input.origin.message.text.slice(0, 100)
          : `flow ${input.flow.id}`,
    });
  } catch (thrown) {
    if (!(thrown instanceof WorkflowExecutionAlreadyStartedError)) throw thrown;
    return undefined;
  }
}
