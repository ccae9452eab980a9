import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ledger as ledgerSchema } from '../../contracts/ledger.ts';
import { freePort } from '../../infra/index.ts';
import { type RoleProcess, startRoleProcess } from '../errand/role-process.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';
import { createNamespace } from '../servers/index.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const adminToken = randomBytes(16).toString('hex');
const patient = { timeout: 30_000 };
/** What a worker may take to drain, and a busy machine to notice. */
const graceSeconds = 30;

let directory: string;
let receiver: WebhookReceiver;
let env: Record<string, string>;
let apis: RoleProcess[];
const urls: string[] = [];

/** A worker, and the model that it alone asks: so that a call tells which worker makes it. */
interface OwnModel {
  model: ModelServer;
  worker: RoleProcess;
}
const workers: OwnModel[] = [];

async function startWorker(index: number): Promise<OwnModel> {
  const model = await startModelServer({
    behaviour(request) {
      const answer = behave(request);
      // Some 3 s: two dozen events.
      return answer.includes('slowly') ? { trickle: answer, by: 'event', everyMs: 130 } : answer;
    },
  });
  const worker = await startRoleProcess(['--role', 'worker'], {
    ...env,
    ERRAND_CONFIG: await configuration(`worker-${index}`, model.endpoint),
  });
  return { model, worker };
}

async function configuration(name: string, endpoint?: string): Promise<string> {
  const file = join(directory, `${name}.json`);
  const channel = { id: 'hook', kind: 'webhook', secret, replyUrl: receiver.url };
  await writeFile(
    file,
    JSON.stringify({
      models: endpoint ? [{ id: 'own', endpoint, model: 'fake' }] : [],
      channels: [{ ...channel, ratePerSenderPerMinute: 100_000 }],
    }),
  );
  return file;
}

beforeAll(async () => {
  const temporal = inject('temporal');
  directory = await mkdtemp(join(tmpdir(), 'errand-roles-'));
  receiver = await startWebhookReceiver({ secret });
  env = {
    DATA_DIR: directory,
    ADMIN_TOKEN: adminToken,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: await createNamespace(temporal.address),
    LOG_LEVEL: 'warn',
  };
  const config = await configuration('api');
  const startApi = async (): Promise<RoleProcess> => {
    const port = String(await freePort());
    urls.push(`http://127.0.0.1:${port}`);
    return startRoleProcess(['--role', 'api'], { ...env, ERRAND_CONFIG: config, PORT: port });
  };
  apis = [await startApi(), await startApi()];
  workers.push(await startWorker(0), await startWorker(1));
}, 120_000);

afterAll(async () => {
  await Promise.all([...apis, ...workers.map(({ worker }) => worker)].map((one) => one.kill()));
  await Promise.all([receiver.close(), ...workers.map(({ model }) => model.close())]);
  await rm(directory, { recursive: true, force: true });
});

const post = (url: string, id: string, conversation: string): Promise<Response> =>
  sendWebhook(
    `${url}/webhooks/hook`,
    secret,
    { conversation, sender: { id: 'u' }, text: `order ${id}` },
    { id },
  );
const finalReply = (id: string) =>
  receiver.waitFor(({ reply }) => reply.inReplyTo === id && reply.final, patient.timeout);
const repliesTo = (id: string) =>
  [...receiver.ledger.values()].flat().filter(({ reply }) => reply.inReplyTo === id);

describe('processes of one role each, on one Temporal server', () => {
  it('answer what any of them accepts', async () => {
    for (const [index, url] of urls.entries()) {
      expect((await post(url, `m-any-${index}`, `c-any-${index}`)).status).toBe(202);
    }
    for (const index of urls.keys()) {
      expect((await finalReply(`m-any-${index}`)).reply).toMatchObject({
        text: `echo: order m-any-${index}`,
        outcome: 'answered',
      });
    }
    for (const url of urls) expect(await (await fetch(`${url}/readyz`)).text()).toBe('ok');
  });

  it('lose nothing when a worker is told to stop in the middle of a model call', async () => {
    const [api = ''] = urls;
    const before = workers.map(({ model }) => model.count());
    await post(api, 'm-slowly', 'c-drain');
    const calls = () => workers.map(({ model }, index) => model.count() - (before[index] ?? 0));
    await expect.poll(() => calls().indexOf(1), { ...patient, interval: 50 }).toBeGreaterThanOrEqual(0);
    const busy = calls().indexOf(1);
    const told = performance.now();
    expect(await workers[busy]?.worker.terminate()).toBe(0);
    const seconds = (performance.now() - told) / 1_000;
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(graceSeconds);
    await finalReply('m-slowly');
    // What had begun was finished, not begun again elsewhere.
    expect(calls().reduce((sum, count) => sum + count)).toBe(1);
    expect((await post(api, 'm-after', 'c-drain')).status).toBe(202);
    await finalReply('m-after');
    expect(repliesTo('m-slowly')).toHaveLength(1);
  });

  it('lose nothing when an API is told to stop while requests come', async () => {
    const taken: string[] = [];
    const refused: string[] = [];
    let sending = true;
    const send = async (url: string, sender: string): Promise<void> => {
      for (let count = 0; sending; count += 1) {
        const id = `m-${sender}-${count}`;
        const response = await post(url, id, `c-${sender}-${count % 5}`).catch(() => null);
        (response?.status === 202 ? taken : refused).push(id);
        if (!response) return;
      }
    };
    const [leaving = '', staying = ''] = urls;
    const senders = [send(leaving, 'a'), send(leaving, 'b'), send(staying, 'c')];
    await expect.poll(() => taken.length, patient).toBeGreaterThan(30);
    expect(await apis[0]?.terminate()).toBe(0);
    sending = false;
    await Promise.all(senders);
    for (const id of taken) expect((await finalReply(id)).reply.outcome).toBe('answered');
    for (const id of taken) expect(repliesTo(id)).toHaveLength(1);
    const headers = { authorization: `Bearer ${adminToken}` };
    const book = async () =>
      ledgerSchema.parse(await (await fetch(`${staying}/api/v1/ledger`, { headers })).json());
    await expect
      .poll(book, patient)
      .toMatchObject({ running: 0, waiting: 0, failed: 0, missing: [], unaccepted: [] });
    expect((await book()).accepted).toBeGreaterThanOrEqual(taken.length + 4);
  });
});

describe('a role by itself', () => {
  it.each(['api', 'worker'])(
    '(%s) without TEMPORAL_ADDRESS says in one line what is missing',
    async (role) => {
      const { TEMPORAL_ADDRESS: _, ...without } = env;
      const failure = await startRoleProcess(['--role', role], without).catch((error: unknown) => error);
      expect(String(failure)).toMatch(
        /ended with 1: errand: a role by itself needs TEMPORAL_ADDRESS: [^\n]+\n?$/,
      );
    },
  );
});
