import { join } from 'node:path';
import { AccessTokens, channelOf, createSender, type Send } from '../channels/index.ts';
import {
  createLastEvents,
  createPairings,
  type LastEvents,
  type Pairings,
} from '../channels/intake/index.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { UnusableChannel } from '../contracts/channel-status.ts';
import { plan, validate } from '../engine/document.ts';
import { createDeadLetterStore, type DeadLetterStore } from '../services/dead-letters/index.ts';
import { createEgress, type Egress } from '../services/egress/index.ts';
import {
  type Bindings,
  createBindings,
  createFlowStore,
  createHookSecrets,
  type FlowStore,
  type HookSecrets,
} from '../services/flows/index.ts';
import { createSnapshotStore, type SnapshotStore } from '../services/memory/index.ts';
import { type ObjectStore, openObjectStore } from '../services/objects/index.ts';
import {
  type AcceptedLog,
  createAcceptedLog,
  createKeptRunStore,
  createRunIndexApart,
  createRunLog,
  type KeptRunStore,
  type RunIndex,
  type RunLog,
} from '../services/records/index.ts';
import { ensureLocalSecrets, type Settings } from '../services/settings/index.ts';
import { createLogger, createMetrics, type Logger, type Metrics } from '../services/telemetry/index.ts';
import { createThreadStore, type ThreadStore } from '../services/threads/index.ts';
import { sortAccounts } from './accounts.ts';

/** What a process of any role works with. */
export interface Services {
  settings: Settings;
  accounts: ReadonlyMap<string, AccountConfig>;
  unusable: readonly UnusableChannel[];
  adminToken: string;
  logger: Logger;
  metrics: Metrics;
  objects: ObjectStore;
  flows: FlowStore;
  bindings: Bindings;
  hooks: HookSecrets;
  snapshots: SnapshotStore;
  egress: Egress;
  tokens: AccessTokens;
  send: Send;
  lastEvents: LastEvents;
  pairings: Pairings;
  acceptedLog: AcceptedLog;
  runLog: RunLog;
  keptRuns: KeptRunStore;
  deadLetters: DeadLetterStore;
  threads: ThreadStore;
  runIndex: RunIndex;
  close(): Promise<void>;
}

/** Opens everything that needs no Temporal server. */
export async function openServices(settings: Settings, role: string): Promise<Services> {
  const { adminToken, accounts, secrets } = await ensureLocalSecrets(settings, settings.dataDir);
  const logger = createLogger({
    level: settings.logLevel,
    secrets: [...settings.secrets, ...secrets],
    base: { role },
  });
  const { usable, unusable } = sortAccounts(accounts, settings.unusableAccounts);
  for (const { id, problems } of unusable) {
    logger.error({ account: id, problems }, 'an account does not start');
  }
  const metrics = createMetrics();
  const store = {
    url: settings.objectStore,
    ...(settings.s3Endpoint ? { s3Endpoint: settings.s3Endpoint } : {}),
    env: settings.env,
  };
  const objects = await openObjectStore(store);
  const egress = createEgress({ allow: settings.config.egress.allow });
  const tokens = new AccessTokens();
  const threads = createThreadStore(objects);
  const byId = new Map(usable.map((account) => [account.id, account]));
  const send = createSender({ accounts: byId, channelOf, egress, tokens, threads });
  const lastEvents = createLastEvents(objects, { logger });
  const acceptedLog = createAcceptedLog(objects);
  const runLog = createRunLog(objects);
  const runIndex = createRunIndexApart(store, {
    directory: join(settings.dataDir, 'index', role),
    onDamage: (key, reason) => logger.error({ key, reason }, 'a record segment is damaged'),
  });
  return {
    settings,
    accounts: byId,
    unusable,
    adminToken,
    logger,
    metrics,
    objects,
    flows: createFlowStore(objects, { validate, plan }),
    bindings: createBindings(objects),
    hooks: createHookSecrets(objects),
    snapshots: createSnapshotStore(objects, { keepDays: settings.config.memory.keepDays }),
    egress,
    tokens,
    threads,
    send,
    lastEvents,
    pairings: createPairings({ objects, accounts: byId, send, logger, clock: Date.now }),
    acceptedLog,
    runLog,
    keptRuns: createKeptRunStore(objects),
    deadLetters: createDeadLetterStore(objects),
    runIndex,
    async close() {
      await Promise.allSettled([
        acceptedLog.close(),
        runLog.close(),
        runIndex.close(),
        lastEvents.close(),
        egress.close(),
      ]);
      await objects.close();
    },
  };
}
