import { ApplicationFailure } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { RunActivities } from '../contracts/activities.ts';
import type { RunResult } from '../contracts/workflows.ts';

/** What runs ask Temporal about runs. */
export function createRunActivities({ temporal }: { temporal: Client }): RunActivities {
  return {
    async resultOfRun({ runId }) {
      const handle = temporal.workflow.getHandle<() => Promise<RunResult>>(`run:${runId}`);
      try {
        const { status } = await handle.describe();
        if (status.name === 'RUNNING' || status.name === 'PAUSED') return null;
        if (status.name === 'COMPLETED') return await handle.result();
        throw lost(runId, status.name.toLowerCase());
      } catch (thrown) {
        if (thrown instanceof WorkflowNotFoundError) throw lost(runId, 'gone');
        throw thrown;
      }
    },
  };
}

function lost(runId: string, how: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`run ${runId} ended without a result: ${how}`, 'SubflowFailed');
}
