import { log, proxyActivities } from '@temporalio/workflow';
import type { HousekeepingActivities } from '../contracts/activities.ts';

const activities = proxyActivities<HousekeepingActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '1m',
  retry: { maximumAttempts: 2 },
});

const everyMinute = ['reconcile', 'compactRecords', 'guardDisk'] as const;
/** Looks at every object, so not each minute. */
const hourly = ['sweepObjects'] as const;

/** Started by a schedule: each chore by itself, so that one that fails does not keep the others from being done. */
export async function housekeeping(): Promise<void> {
  const onTheHour = new Date().getUTCMinutes() === 0;
  for (const chore of [...everyMinute, ...(onTheHour ? hourly : [])]) {
    try {
      await activities[chore].executeWithOptions({ summary: chore }, []);
    } catch (thrown) {
      log.error('a chore failed', { chore, error: String(thrown) });
    }
  }
}
