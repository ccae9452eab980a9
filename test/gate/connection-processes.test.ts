import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { channelStatus, channelTest } from '../../contracts/index.ts';
import { freePort } from '../../infra/index.ts';
import { type RoleProcess, startRoleProcess } from '../errand/role-process.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../fakes/dingtalk/start-fake-dingtalk.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { createNamespace } from '../servers/index.ts';

const adminToken = randomBytes(16).toString('hex');
const robotTopic = '/v1.0/im/bot/messages/get';
const patient = { timeout: 30_000, interval: 50 };
/** The promise of the product, counted from the kill. */
const takeOverMs = 15_000;

let directory: string;
let model: ModelServer;
let vendor: FakeDingtalk;
let env: Record<string, string>;
let api: RoleProcess;
let url: string;
let workers: RoleProcess[];

beforeAll(async () => {
  const temporal = inject('temporal');
  directory = await mkdtemp(join(tmpdir(), 'errand-connection-'));
  model = await startModelServer();
  vendor = await startFakeDingtalk();
  const { cardTemplateId: _, ...account } = vendor.account;
  const file = join(directory, 'errand.json');
  await writeFile(
    file,
    JSON.stringify({
      models: [{ id: 'm', endpoint: model.endpoint, model: 'fake' }],
      channels: [{ id: 'ding', kind: 'dingtalk', mode: 'stream', ...account }],
    }),
  );
  env = {
    DATA_DIR: directory,
    ERRAND_CONFIG: file,
    ADMIN_TOKEN: adminToken,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: await createNamespace(temporal.address),
    LOG_LEVEL: 'warn',
  };
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  api = await startRoleProcess(['--role', 'api'], { ...env, PORT: port });
  workers = [await startWorker(), await startWorker()];
}, 120_000);

afterAll(async () => {
  await Promise.all([api, ...workers].map((one) => one.kill()));
  await Promise.all([vendor.close(), model.close()]);
  await rm(directory, { recursive: true, force: true });
});

const startWorker = () => startRoleProcess(['--role', 'worker'], env);
const headers = { authorization: `Bearer ${adminToken}` };
const status = async () =>
  channelStatus.parse(await (await fetch(`${url}/api/v1/channels/ding`, { headers })).json());

/** The worker that holds the connection, once one does. */
async function owner(): Promise<RoleProcess> {
  let found: RoleProcess | undefined;
  await expect
    .poll(async () => {
      const shown = await status();
      found = workers.find(({ pid }) => shown.status === 'connected' && shown.owner?.startsWith(`${pid}@`));
      return found?.pid;
    }, patient)
    .toBeDefined();
  if (!found) throw new Error('nobody holds the connection');
  return found;
}

/** What somebody says, each message somebody else, as DingTalk brings it: again, and perhaps to another connection, until it is acknowledged. */
async function say(text: string): Promise<void> {
  const body = vendor.saying(text, {
    msgId: `msg${randomUUID()}`,
    staff: `of-${text.replaceAll(/\W/g, '-')}`,
  });
  for (;;) {
    const acked = await Promise.resolve()
      .then(() => vendor.gateway.push(robotTopic, body, 1_000))
      .then(
        () => true,
        () => false,
      );
    if (acked) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const answersTo = (text: string) => vendor.ledger.seen.filter((seen) => seen.text.includes(`echo: ${text}`));

describe('a long connection among several processes', () => {
  it('is held by one worker, never by an API process, and the API tells by whom and since when', async () => {
    const { pid } = await owner();
    expect(vendor.gateway.connections).toBe(1);
    expect(pid).not.toBe(api.pid);
    await say('who is there');
    await expect.poll(() => answersTo('who is there'), patient).toHaveLength(1);
    await expect.poll(async () => (await status()).lastEvent?.verdict, patient).toBe('taken');
    const shown = await status();
    expect(shown).toMatchObject({
      mode: 'connection',
      status: 'connected',
      lastError: null,
      callbackUrl: null,
    });
    expect(Date.parse(shown.connectedSince ?? '')).toBeLessThanOrEqual(Date.now());
    await expect.poll(async () => (await status()).received, patient).toBe(1);
    const tested = await fetch(`${url}/api/v1/channels/ding/test`, { method: 'POST', headers });
    expect(channelTest.parse(await tested.json())).toMatchObject({ ok: true });
  });

  it('is taken over within 15 s when the worker that holds it is killed', async () => {
    const killed = await owner();
    await killed.kill();
    const from = Date.now();
    workers = workers.filter((worker) => worker !== killed);
    await expect.poll(() => vendor.gateway.connections, patient).toBe(1);
    expect(Date.now() - from).toBeLessThan(takeOverMs);
    expect((await owner()).pid).not.toBe(killed.pid);
    await say('after the kill');
    await expect.poll(() => answersTo('after the kill'), patient).toHaveLength(1);
    expect((await status()).lastError).toContain('not heard of');
  });

  it('goes to the next worker on a deploy while people talk, each of whom is answered once', async () => {
    workers.push(await startWorker());
    const leaving = await owner();
    const said: string[] = [];
    let most = 0;
    let deployed = false;
    const talk = async (person: string): Promise<void> => {
      for (let count = 0; !deployed; count += 1) {
        const text = `${person} ${count}.`;
        said.push(text);
        await say(text);
        most = Math.max(most, vendor.gateway.connections);
      }
    };
    const talking = talk('Ada');
    expect(await leaving.terminate()).toBe(0);
    workers = workers.filter((worker) => worker !== leaving);
    expect(vendor.gateway.connections).toBe(1);
    deployed = true;
    await talking;
    expect(said.length).toBeGreaterThan(5);
    expect(most).toBe(2);
    for (const text of said) await expect.poll(() => answersTo(text), patient).toHaveLength(1);
  });
});
