import { log, proxyActivities } from '@temporalio/workflow';
import type { HousekeepingActivities } from '../contracts/activities.ts';

const activities = proxyActivities<HousekeepingActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '1m',
  retry: { maximumAttempts: 2 },
});

/** Started by a schedule: each chore by itself, so that one that fails does not keep the others from being done. */
export async function housekeeping(): Promise<void> {
  for (const chore of ['reconcile', 'compactRecords', 'guardDisk'] as const) {
    try {
      await activities[chore].executeWithOptions({ summary: chore }, []);
    } catch (thrown) {
      log.error('a chore failed', { chore, error: String(thrown) });
    }
  }
}
