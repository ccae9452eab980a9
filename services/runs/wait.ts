import { type Client, WorkflowFailedError } from '@temporalio/client';
import type { RunResult } from '../../contracts/index.ts';
import { runWorkflowId } from '../temporal/workflow-ids.ts';

/**
 * How a run with a workflow of its own ended; null when that is not known within `ms`, whatever the reason: the run goes
 * on without whoever waits. A run that was ended by hand has failed.
 */
export async function runResult(temporal: Client, runId: string, ms: number): Promise<RunResult | null> {
  try {
    return await temporal.withDeadline(Date.now() + ms, () =>
      temporal.workflow.getHandle(runWorkflowId(runId)).result(),
    );
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) return null;
    const message = error.cause?.message ?? error.message;
    return { outcome: 'failed', output: null, error: { type: 'Terminated', message, userMessage: message } };
  }
}
