import { ApplicationFailure } from '@temporalio/activity';
import type { StoreActivities } from '../contracts/activities.ts';
import type { AccountConfig } from '../contracts/config.ts';
import type { FlowStore } from '../services/flows/index.ts';
import type { SnapshotStore } from '../services/memory/index.ts';
import type { KeptRunStore, RunLog } from '../services/records/index.ts';
import type { Logger, Metrics } from '../services/telemetry/index.ts';
import { failureOf } from './failure.ts';

export interface StoreDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
  flows: FlowStore;
  snapshots: SnapshotStore;
  runLog: RunLog;
  keptRuns: Pick<KeptRunStore, 'save'>;
  logger: Logger;
  metrics: Metrics;
}

/** Store-level steps, run as local activities: each a single call of a store. */
export function createStoreActivities(deps: StoreDependencies): StoreActivities {
  const guarded =
    <In extends unknown[], Out>(step: (...input: In) => Promise<Out>) =>
    async (...input: In): Promise<Out> => {
      try {
        return await step(...input);
      } catch (thrown) {
        throw failureOf(thrown, 'StoreUnavailable');
      }
    };

  return {
    loadPlan: guarded(async (flow) => {
      if (!('account' in flow)) return deps.flows.plan(flow);
      const account = deps.accounts.get(flow.account);
      if (!account) throw ApplicationFailure.nonRetryable(`no account ${flow.account}`, 'FlowNotFound');
      return deps.flows.plan({ id: account.flow });
    }),
    recall: guarded(({ account, conversation }) => deps.snapshots.load(account, conversation)),
    saveSnapshot: guarded((snapshot) => deps.snapshots.save(snapshot)),
    record: guarded(async (record, kept) => {
      // First: whoever finds the record may ask to go on from it.
      if (kept && !(await deps.keptRuns.save(kept))) {
        deps.logger.warn({ runId: record.id }, 'a run is too large to be kept: nobody can go on from it');
      }
      await deps.runLog.append(record);
      if (record.messageId !== null) deps.metrics.outcomes.inc({ outcome: record.status });
    }),
  };
}
