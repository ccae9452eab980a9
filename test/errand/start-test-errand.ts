import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { inject, vi } from 'vitest';
import { startErrand } from '../../cli/index.ts';
import type { ChannelKind } from '../../contracts/accounts.ts';
import { startedRun } from '../../contracts/api.ts';
import type { Config } from '../../contracts/config.ts';
import type { FlowDocument } from '../../contracts/flow.ts';
import type { Json } from '../../contracts/json.ts';
import { type Ledger, ledger } from '../../contracts/ledger.ts';
import { type Run, run as runSchema } from '../../contracts/run.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { loadSettings } from '../../services/settings/index.ts';
import {
  type ReceivedWebhook,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';
import { createNamespace } from '../servers/index.ts';

const account = 'hook';

export interface TestErrandOptions {
  /** Base URLs, in order of preference. */
  models: string[];
  /** Beside what a test needs anyway; `channels` and `models` are its own. */
  config?: Partial<Omit<Record<keyof Config, unknown>, 'channels' | 'models'>>;
  /** Accounts beside `hook`. */
  channels?: { id: string; kind: ChannelKind; [setting: string]: unknown }[];
  /** Of each model attempt. */
  timeouts?: { connect?: string; firstToken?: string; total?: string };
  /** Of the account; `assistant` without. */
  flow?: string;
  maxCachedWorkflows?: number;
  /** Workflows of another build. */
  bundlePath?: string;
  /** What was left by an earlier one: the same data, namespace and people. */
  after?: TestErrand;
}

/** A whole Errand in this process, on the shared Temporal server in a namespace of its own, with somebody to talk to. */
export interface TestErrand {
  url: string;
  dataDir: string;
  namespace: string;
  adminToken: string;
  receiver: WebhookReceiver;
  secret: string;
  /** Posts an order; resolves with the HTTP response. */
  post(text: string, options?: { conversation?: string; id?: string; sender?: string }): Promise<Response>;
  /** Posts an order and waits for its final reply. */
  ask(text: string, options?: { conversation?: string; id?: string }): Promise<ReceivedWebhook>;
  finalReply(messageId: string, timeoutMs?: number): Promise<ReceivedWebhook>;
  api(path: string, init?: RequestInit): Promise<Response>;
  run(messageId: string): Promise<Run | null>;
  /** Stores and publishes a flow. */
  publish(document: FlowDocument): Promise<void>;
  /** Starts a flow by the API; resolves with the run's id. */
  startFlow(id: string, input: Json): Promise<string>;
  runById(runId: string): Promise<Run>;
  /** Resolves with a run when it has ended. */
  ended(runId: string, timeoutMs?: number): Promise<Run>;
  /** Runs a flow by the API; resolves with the run when it has ended. */
  runFlow(id: string, input: Json): Promise<Run>;
  /** A client of its namespace; closed with it. */
  temporal: Client;
  ledger(): Promise<Ledger>;
  /** Stops Errand and leaves everything as it is. */
  stop(): Promise<void>;
  /** Stops Errand and removes what it left. */
  end(): Promise<void>;
}

let messages = 0;

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

export async function startTestErrand(options: TestErrandOptions): Promise<TestErrand> {
  const { after } = options;
  const temporal = inject('temporal');
  const dataDir = after?.dataDir ?? (await mkdtemp(join(tmpdir(), 'errand-test-')));
  const namespace = after?.namespace ?? (await createNamespace(temporal.address));
  const secret = after?.secret ?? `whsec_${randomBytes(32).toString('base64')}`;
  const adminToken = after?.adminToken ?? randomBytes(16).toString('hex');
  const receiver = after?.receiver ?? (await startWebhookReceiver({ secret }));
  const file = join(dataDir, 'errand.json');
  await writeFile(
    file,
    JSON.stringify({
      ...options.config,
      models: options.models.map((endpoint, index) => ({
        id: `model-${index}`,
        endpoint,
        model: 'fake',
        ...(options.timeouts ? { timeouts: options.timeouts } : {}),
      })),
      channels: [
        {
          id: account,
          kind: 'webhook',
          secret,
          replyUrl: receiver.url,
          ratePerSenderPerMinute: 100_000,
          ...(options.flow ? { flow: options.flow } : {}),
        },
        ...(options.channels ?? []),
      ],
    }),
  );
  const settings = await loadSettings({
    env: {
      PORT: '0',
      DATA_DIR: dataDir,
      ERRAND_CONFIG: file,
      ADMIN_TOKEN: adminToken,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: namespace,
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
    },
    cwd: dataDir,
  });
  const errand = await startErrand({
    settings,
    role: 'all',
    onProgress: () => {},
    ownsProcess: false,
    ...(options.bundlePath === undefined ? {} : { bundlePath: options.bundlePath }),
    ...(options.maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows: options.maxCachedWorkflows }),
  });
  const url = `http://127.0.0.1:${errand.port}`;

  const api: TestErrand['api'] = (path, init) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${adminToken}`, ...init?.headers } });
  const finalReply: TestErrand['finalReply'] = (messageId, timeoutMs = 30_000) =>
    receiver.waitFor(({ reply }) => reply.inReplyTo === messageId && reply.final, timeoutMs);
  const post: TestErrand['post'] = (text, { conversation = 'c1', id, sender = 'u1' } = {}) =>
    sendWebhook(
      `${url}/webhooks/${account}`,
      secret,
      { conversation, sender: { id: sender }, text },
      id ? { id } : {},
    );

  const startFlow: TestErrand['startFlow'] = async (id, input) => {
    const response = await api(`/api/v1/flows/${id}/run`, json('POST', { input }));
    return startedRun.parse(await response.json()).runId;
  };
  const runById: TestErrand['runById'] = async (runId) =>
    runSchema.parse(await (await api(`/api/v1/runs/${runId}`)).json());
  const ended: TestErrand['ended'] = (runId, timeoutMs = 30_000) =>
    vi.waitFor(
      async () => {
        const run = await runById(runId);
        if (run.finishedAt === null) throw new Error(`run ${runId} is ${run.status}`);
        return run;
      },
      { timeout: timeoutMs, interval: 100 },
    );

  return {
    url,
    dataDir,
    namespace,
    adminToken,
    receiver,
    secret,
    post,
    api,
    finalReply,
    async ask(text, { id = `ask-${process.pid}-${messages++}`, ...rest } = {}) {
      const response = await post(text, { id, ...rest });
      if (response.status !== 202)
        throw new Error(`not accepted: ${response.status} ${await response.text()}`);
      return finalReply(id);
    },
    async run(messageId) {
      const response = await api(`/api/v1/runs/${messageRunId(account, messageId)}`);
      return response.status === 404 ? null : runSchema.parse(await response.json());
    },
    async publish(document) {
      const put = await api(`/api/v1/flows/${document.id}`, json('PUT', document));
      const published = await api(`/api/v1/flows/${document.id}/publish`, json('POST', { note: 'test' }));
      if (!put.ok || !published.ok) throw new Error(`${await put.text()} ${await published.text()}`);
    },
    startFlow,
    runById,
    ended,
    runFlow: async (id, input) => ended(await startFlow(id, input)),
    async ledger() {
      return ledger.parse(await (await api('/api/v1/ledger')).json());
    },
    temporal: errand.temporal,
    stop: () => errand.stop(),
    async end() {
      await errand.stop();
      await receiver.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
