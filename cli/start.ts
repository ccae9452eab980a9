import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import { createApi, serve } from '../api/index.ts';
import { channelOf } from '../channels/index.ts';
import { createIntake } from '../channels/intake/index.ts';
import { durationMs } from '../contracts/duration.ts';
import { ensureDataDirectory, lockDataDirectory } from '../infra/index.ts';
import { WriteProbe } from '../services/objects/index.ts';
import type { Settings } from '../services/settings/index.ts';
import { addBacklog } from '../services/telemetry/index.ts';
import {
  connectTemporal,
  createClient,
  createDataConverter,
  readBacklog,
} from '../services/temporal/index.ts';
import { createActivities } from '../workers/activities.ts';
import {
  createWorker,
  ensureSchedules,
  installRuntime,
  keepConnections,
  workflowBundlePath,
} from '../workers/index.ts';
import { embeddedServer } from './embedded-server.ts';
import { externalServer } from './external-server.ts';
import { openModels } from './models.ts';
import { openServices, type Services } from './services.ts';
import type { TemporalServer } from './temporal-server.ts';

export type Role = 'all' | 'api' | 'worker';

export interface StartOptions {
  settings: Settings;
  role: Role;
  onProgress: (line: string) => void;
  /** Temporal's runtime exists once in a process; whoever shares the process sets it up. */
  ownsProcess: boolean;
  /** Zero: every workflow task replays from the start, to prove that it can. */
  maxCachedWorkflows?: number;
  /** Workflows of another build, to prove that it takes over; this build's when absent. */
  bundlePath?: string;
}

export interface RunningErrand {
  services: Services;
  /** Where the API listens; undefined for a worker. */
  port?: number;
  temporalAddress: string;
  /** A client of its namespace, closed when it stops. */
  temporal: Client;
  /** Whether a demo model answers, because none is configured. */
  demo: boolean;
  /** Rejects when something that has to run has ended by itself. */
  failed: Promise<never>;
  /** Drains: no new work, what is under way finishes or is handed over. */
  stop(): Promise<void>;
}

/** Undone in reverse when a start fails half-way, or at the end. */
type Undo = () => Promise<void>;

/** Starts a role in this process, and the Temporal server with it when no address is given. */
export async function startErrand(options: StartOptions): Promise<RunningErrand> {
  const undo: Undo[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    return await start(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  {
    settings,
    role,
    onProgress,
    ownsProcess,
    maxCachedWorkflows,
    bundlePath = workflowBundlePath,
  }: StartOptions,
  undo: Undo[],
  stop: () => Promise<void>,
): Promise<RunningErrand> {
  await ensureDataDirectory(settings.dataDir);
  if (!settings.temporal.address) {
    if (role !== 'all')
      throw new Error('a role by itself needs TEMPORAL_ADDRESS: the server that all roles share');
    const lock = await lockDataDirectory(settings.dataDir);
    undo.push(async () => lock.release());
  }
  const services = await openServices(settings, role);
  undo.push(() => services.close());
  const { logger } = services;
  // Before the first connection; it ends with the last.
  if (ownsProcess) installRuntime(logger);

  const { address, namespace, uiUrl } = settings.temporal;
  const server: TemporalServer = address
    ? await externalServer(
        { address, namespace, ...(uiUrl ? { uiUrl } : {}) },
        settings.env,
        logger,
        onProgress,
      )
    : await embeddedServer(settings, logger.child({ component: 'temporal-server' }), onProgress);
  undo.push(() => server.stop());
  const target = { address: server.address, namespace };
  const dataConverter = createDataConverter(services.objects);
  const connection = await connectTemporal(target, address ? settings.env : undefined);
  undo.push(() => connection.close());
  const client = createClient(connection, target, dataConverter);
  const pace = {
    promoteAfterMs: durationMs(settings.config.promoteAfter),
    idleAfterMs: durationMs(settings.config.idleAfter),
  };

  const intake = createIntake({ ...services, channelOf, temporal: client, pace, clock: Date.now });

  const failures: Promise<unknown>[] = [];
  const { gateway, demo, close: closeModels } = await openModels(services, role !== 'api');
  undo.push(closeModels);
  if (role !== 'api') {
    const identity = `${process.pid}@${hostname()}`;
    const stopping = new AbortController();
    const activities = createActivities({
      services,
      temporal: client,
      gateway,
      pace,
      intake,
      identity,
      stopping: stopping.signal,
      guardDisk: server.guardDisk,
    });
    const worker = await createWorker({
      target,
      connection,
      dataConverter,
      activities,
      bundlePath,
      identity,
      ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
    });
    undo.push(async () => {
      worker.drain();
      stopping.abort();
      await worker.done;
    });
    failures.push(worker.done);
    await ensureSchedules(client);
    const stopKeeping = await keepConnections({
      temporal: client,
      accounts: services.accounts.values(),
      channelOf,
      logger,
    });
    undo.push(async () => stopKeeping());
  }

  let port: number | undefined;
  if (role !== 'worker') {
    const store = new WriteProbe(services.objects);
    addBacklog(services.metrics, () => readBacklog(client));
    const app = createApi({
      settings,
      accounts: [...services.accounts.values()],
      unusable: services.unusable,
      adminToken: services.adminToken,
      temporal: client,
      flows: services.flows,
      hooks: services.hooks,
      keptRuns: services.keptRuns,
      bindings: services.bindings,
      objects: services.objects,
      deadLetters: services.deadLetters,
      threads: services.threads,
      runIndex: services.runIndex,
      models: gateway,
      intake,
      lastEvents: services.lastEvents,
      pairings: services.pairings,
      logger,
      metrics: services.metrics,
      egress: services.egress,
      tokens: services.tokens,
      send: services.send,
      ...(server.uiUrl ? { temporalUi: { url: server.uiUrl } } : {}),
      ready: () => readiness({ temporal: server.healthy(), store: store.isWritable() }),
      clock: Date.now,
    });
    const { host } = settings;
    const http = await serve(app, { host, port: settings.port }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${reason}. Stop what uses ${host}:${settings.port}, or set PORT or HOST`, { cause });
    });
    undo.push(() => http.close());
    port = http.port;
  }

  const failed = new Promise<never>((_, reject) => {
    for (const failure of failures) failure.catch(reject);
  });
  // Whoever started this may not be listening yet.
  failed.catch(() => {});
  return {
    services,
    ...(port === undefined ? {} : { port }),
    temporalAddress: server.address,
    temporal: client,
    demo,
    failed,
    stop,
  };
}

/** Whether orders can be taken, and which parts are in the way. */
function readiness(parts: Record<string, boolean>): { ok: boolean; reasons: string[] } {
  const reasons = Object.keys(parts).filter((name) => !parts[name]);
  return { ok: reasons.length === 0, reasons };
}
