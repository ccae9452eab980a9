import { ApplicationFailure } from '@temporalio/activity';
import { deliveryKey } from '../channels/delivery-key.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { StoreActivities } from '../contracts/activities.ts';
import type { DeliveryTarget } from '../contracts/delivery.ts';
import type { DeadLetterStore } from '../services/dead-letters/index.ts';
import { type Bindings, type FlowStore, withBoundIntents } from '../services/flows/index.ts';
import type { SnapshotStore } from '../services/memory/index.ts';
import type { KeptRunStore, RunLog } from '../services/records/index.ts';
import type { Logger, Metrics } from '../services/telemetry/index.ts';
import { failureOf } from './failure.ts';

export interface StoreDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
  flows: FlowStore;
  bindings: Pick<Bindings, 'flowOf' | 'intentsOf'>;
  snapshots: SnapshotStore;
  runLog: RunLog;
  keptRuns: Pick<KeptRunStore, 'save'>;
  deadLetters: Pick<DeadLetterStore, 'keep' | 'drop'>;
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
    loadPlan: guarded(async (flow, asker) => {
      const plan = await deps.flows.plan(flow ?? { id: await flowFor(deps, asker) });
      return asker ? withBoundIntents(plan, await deps.bindings.intentsOf(asker.account)) : plan;
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
    keepDeadLetter: guarded((letter) =>
      deps.deadLetters.keep({ ...letter, id: deliveryKey(letter.run.runId, letter.step) }),
    ),
    dropDeadLetter: guarded((id) => deps.deadLetters.drop(id)),
  };
}

/** What is bound to a conversation, else what its account's configuration names. */
async function flowFor(
  { accounts, bindings }: Pick<StoreDependencies, 'accounts' | 'bindings'>,
  asker: DeliveryTarget | undefined,
): Promise<string> {
  const bound = asker && (await bindings.flowOf(asker.account, asker.conversation));
  const flow = bound ?? (asker && accounts.get(asker.account)?.flow);
  if (flow === undefined) {
    throw ApplicationFailure.nonRetryable(`no account ${asker?.account ?? 'named'}`, 'FlowNotFound');
  }
  return flow;
}
