import { type Client, isGrpcDeadlineError, WorkflowFailedError } from '@temporalio/client';
import type { RunResult } from '../../contracts/index.ts';
import { runWorkflowId } from '../temporal/workflow-ids.ts';

/**
 * How a run with a workflow of its own ended; null when it has not within `ms`. A run that was ended by hand has failed.
 * Throws the client's errors.
 */
export async function runResult(temporal: Client, runId: string, ms: number): Promise<RunResult | null> {
  try {
    return await temporal.withDeadline(Date.now() + ms, () =>
      temporal.workflow.getHandle(runWorkflowId(runId)).result(),
    );
  } catch (error) {
    if (isGrpcDeadlineError(error)) return null;
    if (!(error instanceof WorkflowFailedError)) throw error;
    const message = error.cause?.message ?? error.message;
    return { outcome: 'failed', output: null, error: { type: 'Terminated', message, userMessage: message } };
  }
}
