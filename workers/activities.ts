import type { Client } from '@temporalio/client';
import { createConnectionActivities } from '../activities/connections/index.ts';
import {
  createAttachmentActivities,
  createConversationActivities,
  createDeliveryActivities,
  createHousekeepingActivities,
  createRunActivities,
  createStoreActivities,
} from '../activities/index.ts';
import { LostRuns } from '../activities/lost-runs.ts';
import { createNodeActivities } from '../activities/nodes/index.ts';
import { Orphans } from '../activities/orphans.ts';
import { type AccessTokens, channelOf, type Send } from '../channels/index.ts';
import type { Intake, LastEvents, Pairings } from '../channels/intake/index.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { Pace } from '../contracts/conversation.ts';
import type { DeadLetterStore } from '../services/dead-letters/index.ts';
import type { Egress } from '../services/egress/index.ts';
import type { Bindings, FlowStore } from '../services/flows/index.ts';
import type { SnapshotStore } from '../services/memory/index.ts';
import type { ModelGateway } from '../services/models/index.ts';
import { lifecycleRules, type ObjectStore, sweep } from '../services/objects/index.ts';
import { compact, type KeptRunStore, type RunIndex, type RunLog } from '../services/records/index.ts';
import type { Settings } from '../services/settings/index.ts';
import type { Logger, Metrics } from '../services/telemetry/index.ts';

/** What a worker's activities work with. */
export interface WorkerServices {
  settings: Settings;
  accounts: ReadonlyMap<string, AccountConfig>;
  logger: Logger;
  metrics: Metrics;
  objects: ObjectStore;
  flows: FlowStore;
  bindings: Bindings;
  snapshots: SnapshotStore;
  egress: Egress;
  tokens: AccessTokens;
  send: Send;
  lastEvents: LastEvents;
  pairings: Pairings;
  runLog: RunLog;
  keptRuns: KeptRunStore;
  deadLetters: DeadLetterStore;
  runIndex: RunIndex;
}

export interface ActivityOptions {
  services: WorkerServices;
  temporal: Client;
  gateway: ModelGateway;
  pace: Pace;
  intake: Intake;
  /** How this worker is known to the server. */
  identity: string;
  /** Aborted when this worker is to stop. */
  stopping: AbortSignal;
  guardDisk(): Promise<{ usedFraction: number; retentionHours: number }>;
}

/** Every activity of a worker, wired to its services. */
export function createActivities(options: ActivityOptions): object {
  const { services, temporal, gateway, pace, intake, identity, stopping, guardDisk } = options;
  const {
    accounts,
    egress,
    keptRuns,
    logger,
    metrics,
    objects,
    runIndex,
    runLog,
    send,
    settings,
    snapshots,
    tokens,
  } = services;
  const { memory, retention } = settings.config;
  // A bucket has lifecycle rules of its own: `errand s3 policy --apply`.
  const onFiles = settings.objectStore.startsWith('file:');
  const rules = lifecycleRules({
    memoryKeepDays: memory.keepDays,
    runRecordDays: retention.runRecords.days,
  });
  const onDamage = (key: string, reason: string): void =>
    logger.error({ key, reason }, 'a record segment is damaged');
  return {
    ...createNodeActivities({
      plans: services.flows,
      gateway,
      snapshots,
      egress,
      windowTokens: memory.windowTokens,
      logger,
    }),
    ...createConversationActivities({
      temporal,
      pace,
      accounts,
      pairings: services.pairings,
      gateway,
      keptRuns,
      flows: services.flows,
      runIndex,
    }),
    ...createAttachmentActivities({ accounts, channelOf, objects, egress, tokens, logger }),
    ...createDeliveryActivities({ accounts, send, temporal, pace, logger, metrics }),
    ...createConnectionActivities({
      accounts,
      channelOf,
      intake,
      lastEvents: services.lastEvents,
      egress,
      tokens,
      temporal,
      logger,
      stopping,
      identity,
      clock: Date.now,
    }),
    ...createRunActivities({ temporal }),
    ...createStoreActivities({
      accounts,
      flows: services.flows,
      bindings: services.bindings,
      snapshots,
      runLog,
      keptRuns,
      deadLetters: services.deadLetters,
      logger,
      metrics,
    }),
    ...createHousekeepingActivities({
      orphans: new Orphans({ send, temporal, runIndex, runLog, logger }),
      lostRuns: new LostRuns({ temporal, runIndex, runLog }),
      compactRecords: () => compact(objects, { ...retention.runRecords, now: Date.now(), onDamage }),
      sweepObjects: async () => ({ removed: onFiles ? await sweep(objects, rules, Date.now()) : 0 }),
      guardDisk,
      logger,
    }),
  };
}
