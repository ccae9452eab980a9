import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { freePort } from '../../infra/index.ts';
import { contentsOf, textOf } from '../errand/canaries.ts';
import { accountsAt, conversations, leaksIn, vendor } from '../errand/channel-canaries.ts';
import { type RoleProcess, startRoleProcess } from '../errand/role-process.ts';
import { spokenAt } from '../errand/signed-words.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { createNamespace } from '../servers/index.ts';

let directory: string;
let platform: LoopbackServer;
let model: ModelServer;
let errand: RoleProcess;
let connection: Connection;
let temporal: Client;
let url: string;
const adminToken = randomBytes(16).toString('hex');
beforeAll(async () => {
  const { address } = inject('temporal');
  directory = await mkdtemp(join(tmpdir(), 'errand-channel-secrets-'));
  platform = await startLoopbackServer(vendor.answer);
  model = await startModelServer();
  const channels = accountsAt(platform.origin);
  const file = join(directory, 'errand.json');
  await writeFile(
    file,
    JSON.stringify({ models: [{ id: 'm', endpoint: model.endpoint, model: 'fake' }], channels }),
  );
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  const namespace = await createNamespace(address);
  errand = await startRoleProcess([], {
    DATA_DIR: join(directory, 'data'),
    ERRAND_CONFIG: file,
    PORT: port,
    LOG_LEVEL: 'debug',
    ADMIN_TOKEN: adminToken,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  });
  connection = await Connection.connect({ address });
  temporal = new Client({ connection, namespace });
}, 120_000);

afterAll(async () => {
  await errand.kill();
  await connection.close();
  await Promise.all([model.close(), platform.close()]);
  await rm(directory, { recursive: true, force: true });
});

async function api(path: string, body?: object): Promise<string> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
  return (await fetch(`${url}${path}`, init)).text();
}

it('no secret of an account, nor a token got for it, is in what Errand says, logs or keeps', async () => {
  const messages = Object.entries(spokenAt(platform.origin));
  for (const [id, { body, headers = {}, query = '' }] of messages) {
    const response = await fetch(`${url}/webhooks/${id}${query}`, { method: 'POST', headers, body });
    expect(`${id} ${response.status}`).toBe(`${id} 200`);
    const others = await fetch(`${url}/webhooks/${id === 'sl' ? 'fs' : 'sl'}${query}`, {
      method: 'POST',
      headers,
      body,
    });
    expect(`${id} elsewhere ${others.status}`).toBe(`${id} elsewhere 401`);
    expect(leaksIn(await others.text())).toEqual([]);
  }
  await expect
    .poll(async () => JSON.parse(await api('/api/v1/dead-letters')).deadLetters.length, { timeout: 30_000 })
    .toBe(messages.length);
  for (const breaks of [false, true]) {
    vendor.breaksOff = breaks;
    for (const [id, conversation] of Object.entries(conversations)) {
      const tested = await api(`/api/v1/channels/${id}/test`, { conversation });
      expect(JSON.parse(tested)).toMatchObject({ id, ok: false });
      expect(`${id} ${leaksIn(tested)}`).toBe(`${id} `);
      expect(leaksIn(await api(`/api/v1/channels/${id}`))).toEqual([]);
    }
  }
  for (const path of [
    '/api/v1/channels',
    '/api/v1/dead-letters',
    '/api/v1/runs',
    '/api/v1/ledger',
    '/metrics',
  ]) {
    expect(`${path} ${leaksIn(await api(path))}`).toBe(`${path} `);
  }

  // Where an answer goes is part of its message: by its session, which is the platform's word for the place.
  const beyondSession = (text: string) => leaksIn(text).filter((name) => name !== 'session');
  for await (const { workflowId, runId } of temporal.workflow.list()) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    expect(`${workflowId} ${beyondSession(textOf(history))}`).toBe(`${workflowId} `);
  }
  const written = await readdir(join(directory, 'data'), { recursive: true, withFileTypes: true });
  for (const entry of written.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    expect(`${path} ${beyondSession(await contentsOf(path))}`).toBe(`${path} `);
  }
  expect(errand.output()).toContain('delivery failed');
  expect(leaksIn(errand.output())).toEqual([]);
}, 120_000);
