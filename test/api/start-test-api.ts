import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import type { z } from 'zod';
import { createApi, serve } from '../../api/index.ts';
import { AccessTokens, channelOf, createSender } from '../../channels/index.ts';
import { createIntake, createLastEvents, createPairings } from '../../channels/intake/index.ts';
import { sortAccounts } from '../../cli/accounts.ts';
import { config, type Problem, problem } from '../../contracts/index.ts';
import { plan, validate } from '../../engine/document.ts';
import { createDeadLetterStore } from '../../services/dead-letters/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { createBindings, createFlowStore, createHookSecrets } from '../../services/flows/index.ts';
import { createModelGateway } from '../../services/models/index.ts';
import { openObjectStore } from '../../services/objects/index.ts';
import {
  createAcceptedLog,
  createKeptRunStore,
  createRunIndex,
  createRunLog,
  type RunLog,
} from '../../services/records/index.ts';
import { createLogger, createMetrics } from '../../services/telemetry/index.ts';
import { createThreadStore } from '../../services/threads/index.ts';
import { signWebhook } from '../fakes/webhook-sender.ts';
import { createNamespace } from '../servers/index.ts';

export interface TestApiOptions {
  access?: unknown;
  hooks?: unknown;
  models?: unknown;
  ratePerSenderPerMinute?: number;
  /** Accounts beside `hook`, as in a configuration; those that cannot start are sorted out. */
  channels?: unknown[];
  publicUrl?: string;
  /** Where Temporal is; the shared server without. */
  temporalAddress?: string;
  temporalUi?: string;
  ready?: () => { ok: boolean; reasons: string[] };
  /** Epoch milliseconds. */
  clock?: () => number;
}

/** The API alone, on real stores and a real Temporal server: nobody works off what it starts. */
export interface TestApi {
  app: ReturnType<typeof createApi>;
  url: string;
  adminToken: string;
  /** Of the account `hook`. */
  secret: string;
  temporal: Client;
  runLog: RunLog;
  /** What was logged. */
  lines: string[];
  /** A signed message to the account. */
  post(message: unknown, signing?: { id?: string; timestamp?: number; secret?: string }): Promise<Response>;
  /** A call with the admin token. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** Makes every further write to the store fail, as when its disk is gone. */
  loseStore(): Promise<void>;
  close(): Promise<void>;
}

export const order = { conversation: 'c1', sender: { id: 'u1' }, text: 'hello' };

/** The body of a response, by schema. */
export async function bodyOf<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
  return schema.parse(await response.json());
}

/** What a problem document says, its type by its last part. Fails on a response that is none. */
export async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`no problem document but ${response.status}`);
  }
  const said = await bodyOf(problem, response);
  if (said.status !== response.status) throw new Error(`${said.status} in the body of a ${response.status}`);
  return { ...said, type: said.type.replace('https://errand.dev/problems/', '') };
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const address = inject('temporal').address;
  const connection = Connection.lazy({ address: options.temporalAddress ?? address });
  const temporal = new Client({ connection, namespace: await createNamespace(address) });
  const directory = await mkdtemp(join(tmpdir(), 'errand-api-'));
  const stored = join(directory, 'objects');
  const objects = await openObjectStore({ url: `file://${stored}`, env: {} });
  const acceptedLog = createAcceptedLog(objects);
  const runLog = createRunLog(objects);
  const runIndex = createRunIndex(objects, { directory: join(directory, 'index') });
  const egress = createEgress({ allow: [] });
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const adminToken = randomBytes(16).toString('hex');
  const lines: string[] = [];
  const settings = {
    config: config.parse({
      access: options.access,
      hooks: options.hooks,
      models: options.models,
      channels: [
        {
          id: 'hook',
          kind: 'webhook',
          secret,
          ratePerSenderPerMinute: options.ratePerSenderPerMinute ?? 100_000,
        },
        ...(options.channels ?? []),
      ],
    }),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
  };
  const clock = options.clock ?? Date.now;
  const { usable, unusable } = sortAccounts(settings.config.channels, []);
  const tokens = new AccessTokens();
  const accounts = new Map(usable.map((account) => [account.id, account]));
  const flows = createFlowStore(objects, { validate, plan });
  const bindings = createBindings(objects);
  const logger = createLogger({
    level: 'debug',
    secrets: [adminToken, secret],
    destination: { write: (line) => void lines.push(line) },
  });
  const metrics = createMetrics();
  const models = createModelGateway({
    models: settings.config.models,
    fetch: egress.trustedFetch,
    logger,
    metrics,
  });
  const send = createSender({ accounts, channelOf, egress, tokens });
  const pairings = createPairings({ objects, accounts, send, logger, clock });
  const lastEvents = createLastEvents(objects, { logger });
  const pace = { promoteAfterMs: 20_000, idleAfterMs: 60_000 };
  const app = createApi({
    settings,
    accounts: usable,
    unusable,
    adminToken,
    temporal,
    flows,
    hooks: createHookSecrets(objects),
    keptRuns: createKeptRunStore(objects),
    bindings,
    objects,
    deadLetters: createDeadLetterStore(objects),
    threads: createThreadStore(objects),
    runIndex,
    models,
    intake: createIntake({
      channelOf,
      temporal,
      flows,
      bindings,
      acceptedLog,
      lastEvents,
      pairings,
      send,
      egress,
      tokens,
      pace,
      logger,
      metrics,
      clock,
    }),
    lastEvents,
    pairings,
    egress,
    tokens,
    send,
    logger,
    metrics,
    ...(options.temporalUi ? { temporalUi: { url: options.temporalUi } } : {}),
    ready: options.ready ?? (() => ({ ok: true, reasons: [] })),
    clock,
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });

  return {
    app,
    url: server.url,
    adminToken,
    secret,
    temporal,
    runLog,
    lines,
    post(message, signing = {}) {
      const body = typeof message === 'string' ? message : JSON.stringify(message);
      const headers = signWebhook(signing.secret ?? secret, body, signing);
      return fetch(`${server.url}/webhooks/hook`, { method: 'POST', headers, body });
    },
    api: (path, init) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${adminToken}`, ...init?.headers },
      }),
    async loseStore() {
      await rm(stored, { recursive: true });
      await writeFile(stored, '');
    },
    async close() {
      await server.close(1_000);
      await Promise.allSettled([
        acceptedLog.close(),
        runLog.close(),
        runIndex.close(),
        lastEvents.close(),
        egress.close(),
      ]);
      await connection.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
