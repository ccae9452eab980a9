import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { type RunInput, workflowTypes } from '../contracts/workflows.ts';
import { runAttributes } from './search-attributes.ts';

/**
 * Lets a run go on by itself. Abandoned, not terminated, when the conversation completes or continues as new.
 * Returns once Temporal holds it; that it had been started before counts as well.
 */
export async function startRun(input: RunInput): Promise<void> {
  try {
    await startChild(workflowTypes.run, {
      workflowId: `run:${input.runId}`,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: runAttributes(input),
      staticSummary:
        input.origin.type === 'message' ? input.origin.message.text.slice(0, 100) : `flow ${input.flow.id}`,
    });
  } catch (thrown) {
    if (!(thrown instanceof WorkflowExecutionAlreadyStartedError)) throw thrown;
  }
}
