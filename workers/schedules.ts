import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { taskQueue, workflowTypes } from '../contracts/workflows.ts';

/** Creates the housekeeping schedule where it is missing: every minute, never two at once, nothing made up for. */
export async function ensureSchedules(temporal: Client): Promise<void> {
  try {
    await temporal.schedule.create({
      scheduleId: 'housekeeping',
      spec: { intervals: [{ every: '1m' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      action: {
        type: 'startWorkflow',
        workflowType: workflowTypes.housekeeping,
        workflowId: 'housekeeping',
        taskQueue,
        workflowRunTimeout: '15m',
        args: [],
      },
    });
  } catch (thrown) {
    if (!(thrown instanceof ScheduleAlreadyRunning)) throw thrown;
  }
}
