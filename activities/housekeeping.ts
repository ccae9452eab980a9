import { Context } from '@temporalio/activity';
import type { HousekeepingActivities } from '../contracts/activities.ts';
import type { Logger } from '../services/telemetry/index.ts';
import type { LostRuns } from './lost-runs.ts';
import type { Orphans } from './orphans.ts';

export interface HousekeepingDependencies {
  orphans: Orphans;
  lostRuns: LostRuns;
  compactRecords(): Promise<{ merged: number; dropped: number }>;
  sweepObjects(): Promise<{ removed: number }>;
  guardDisk(): Promise<{ usedFraction: number; retentionHours: number }>;
  logger: Logger;
}

/** Chores of the housekeeping schedule. */
export function createHousekeepingActivities(deps: HousekeepingDependencies): HousekeepingActivities {
  return {
    async reconcile() {
      const heartbeat = (): void => Context.current().heartbeat();
      const { open, ended } = await deps.orphans.end(heartbeat);
      const result = { open, ended: ended + (await deps.lostRuns.record(heartbeat)) };
      if (result.ended > 0) deps.logger.warn(result, 'runs that no workflow held any more were ended');
      return result;
    },
    compactRecords: () => deps.compactRecords(),
    sweepObjects: () => deps.sweepObjects(),
    guardDisk: () => deps.guardDisk(),
  };
}
