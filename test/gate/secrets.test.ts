import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runPage } from '../../contracts/api.ts';
import { freePort } from '../../infra/index.ts';
import { askOnce, canaries, contentsOf, leaksIn, quotes, secret, textOf } from '../errand/canaries.ts';
import { type RoleProcess, startRoleProcess } from '../errand/role-process.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';
import { createNamespace } from '../servers/index.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);

let directory: string;
let model: ModelServer;
let receiver: WebhookReceiver;
let errand: RoleProcess;
let connection: Connection;
let temporal: Client;
let env: Record<string, string>;
let url: string;

beforeAll(async () => {
  const { address } = inject('temporal');
  directory = await mkdtemp(join(tmpdir(), 'errand-secrets-'));
  model = await startModelServer({
    behaviour(request) {
      const word = request.messages.at(-1)?.content.split(' ')[0] ?? '';
      return quotes[word] ?? behave(request);
    },
  });
  receiver = await startWebhookReceiver({ secret });
  const file = join(directory, 'errand.yaml');
  await writeFile(
    file,
    JSON.stringify({
      models: [
        {
          id: 'backup',
          endpoint: model.endpoint,
          model: 'fake',
          apiKey: { env: 'BACKUP_KEY' },
          headers: { 'x-key': { file: 'header' } },
        },
      ],
      channels: [{ id: 'hook', kind: 'webhook', secret, replyUrl: receiver.url, flow: 'ask-once' }],
    }),
  );
  await writeFile(join(directory, 'header'), canaries.backupHeader);
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  const namespace = await createNamespace(address);
  env = {
    DATA_DIR: join(directory, 'data'),
    ERRAND_CONFIG: file,
    PORT: port,
    LOG_LEVEL: 'debug',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    MODEL_ENDPOINT: model.endpoint,
    MODEL_API_KEY: canaries.modelKey,
    BACKUP_KEY: canaries.backupKey,
    ADMIN_TOKEN: canaries.adminToken,
    AWS_ACCESS_KEY_ID: canaries.awsKeyId,
    AWS_SECRET_ACCESS_KEY: canaries.awsSecret,
    AWS_SESSION_TOKEN: canaries.awsSession,
  };
  errand = await startRoleProcess([], env);
  for (const [method, path, body] of [
    ['PUT', '', askOnce],
    ['POST', '/publish', { note: '' }],
  ] as const) {
    const headers = { ...authorised, 'content-type': 'application/json' };
    await fetch(`${url}/api/v1/flows/ask-once${path}`, { method, headers, body: JSON.stringify(body) });
  }
  connection = await Connection.connect({ address });
  temporal = new Client({ connection, namespace });
}, 120_000);

afterAll(async () => {
  await errand.kill();
  await connection.close();
  await Promise.all([model.close(), receiver.close()]);
  await rm(directory, { recursive: true, force: true });
});

const authorised = { authorization: `Bearer ${canaries.adminToken}` };
const get = async (path: string): Promise<string> =>
  (await fetch(`${url}${path}`, { headers: authorised })).text();
const post = (text: string, id: string): Promise<Response> =>
  sendWebhook(`${url}/webhooks/hook`, secret, { conversation: `c-${id}`, sender: { id: 'u' }, text }, { id });

/** What a command prints, whether it succeeds or not. */
async function command(args: string[], more: Record<string, string> = {}): Promise<string> {
  const options = { env: { PATH: process.env.PATH ?? '', ...env, ...more } };
  const { stdout, stderr } = await run(process.execPath, [main, ...args], options).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return stdout + stderr;
}

describe('a secret', () => {
  it('is in no reply, log line, history, file or page of an Errand whose models and deliveries fail', async () => {
    receiver.setFail(({ attempt }) => (attempt === 1 ? { type: 'status', status: 500 } : undefined));
    const words = ['hello', ...Object.keys(quotes)];
    for (const word of words) {
      const asked = model.count();
      expect((await post(`${word} please`, `m-${word}`)).status).toBe(202);
      const { reply } = await receiver.waitFor(({ reply: one }) => one.inReplyTo === `m-${word}`, 60_000);
      expect(`${word}: ${leaksIn(JSON.stringify(reply))}`).toBe(`${word}: `);
      expect(reply.outcome).toBe(word === 'hello' ? 'answered' : 'failed');
      expect(model.count()).toBeGreaterThan(asked);
    }
    await expect
      .poll(async () => runPage.parse(JSON.parse(await get('/api/v1/runs'))).runs.length, { timeout: 20_000 })
      .toBe(words.length);

    const { runs } = runPage.parse(JSON.parse(await get('/api/v1/runs')));
    for (const { id } of runs) expect(leaksIn(await get(`/api/v1/runs/${id}`))).toEqual([]);
    for (const path of ['/metrics', '/openapi.json', '/api/v1/ledger', '/', '/docs', '/api/v1/node-kinds']) {
      expect(`${path} ${leaksIn(await get(path))}`).toBe(`${path} `);
    }

    let histories = 0;
    for await (const { workflowId, runId } of temporal.workflow.list()) {
      const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
      expect(`${workflowId} ${leaksIn(textOf(history))}`).toBe(`${workflowId} `);
      histories += 1;
    }
    expect(histories).toBeGreaterThanOrEqual(words.length);

    const written = await readdir(env.DATA_DIR ?? '', { recursive: true, withFileTypes: true });
    for (const entry of written.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      expect(`${path} ${leaksIn(await contentsOf(path))}`).toBe(`${path} `);
    }

    const output = errand.output();
    expect(output).toContain('"level":"debug"');
    expect(output).toContain('model call failed');
    expect(output).toContain('delivery failed');
    expect(leaksIn(output)).toEqual([]);
  }, 120_000);

  it('is in no answer to a request that is refused', async () => {
    const wrong = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const refused = await Promise.all([
      sendWebhook(`${url}/webhooks/hook`, wrong, {}),
      sendWebhook(`${url}/webhooks/hook`, secret, '{"conversation":1}'),
      fetch(`${url}/webhooks/${canaries.webhook}`, { method: 'POST', body: '{}' }),
      fetch(`${url}/api/v1/runs`),
      fetch(`${url}/api/v1/runs?token=${canaries.adminToken}`),
      fetch(`${url}/api/v1/runs?limit=x`, { headers: authorised }),
      fetch(`${url}/api/v1/nothing`, { headers: authorised }),
      fetch(`${url}/api/v1/flows/assistant`, { method: 'PUT', headers: authorised, body: '{' }),
    ]);
    for (const response of refused) {
      const { status, headers } = response;
      expect(status).toBeGreaterThanOrEqual(400);
      expect(leaksIn(`${JSON.stringify([...headers])}${await response.text()}`)).toEqual([]);
    }
    await expect.poll(() => errand.output(), { timeout: 10_000 }).toContain('webhook not taken');
    expect(leaksIn(errand.output())).toEqual([]);
  });

  it('is masked where the configuration is shown', async () => {
    const shown = await command(['config', 'show']);
    expect(shown).toContain('********');
    expect(leaksIn(shown)).toEqual([]);
    expect(leaksIn(await command(['s3', 'policy'], { OBJECT_STORE: 's3://bucket/prefix' }))).toEqual([]);
  });

  it.each([
    ['in the place of an address', { MODEL_ENDPOINT: canaries.modelKey }, /MODEL_ENDPOINT/],
    ['in an address', { MODEL_ENDPOINT: `https://me:${canaries.modelKey}@host/v1` }, /MODEL_ENDPOINT/],
    ['in the address of a store', { S3_ENDPOINT: `https://me:${canaries.awsSecret}@host` }, /S3_ENDPOINT/],
    ['in the place of a store', { OBJECT_STORE: canaries.awsSecret }, /OBJECT_STORE/],
    ['in the place of a port', { PORT: canaries.adminToken }, /PORT/],
    [
      'named as its own file',
      { MODEL_API_KEY: '', MODEL_API_KEY_FILE: canaries.modelKey },
      /MODEL_API_KEY_FILE/,
    ],
    ['in the place of a level', { LOG_LEVEL: canaries.adminToken }, /LOG_LEVEL/],
  ])('%s by mistake is not in the message that says so', async (_, mistake, where) => {
    const said = await command(['config', 'validate'], mistake);
    expect(said).toMatch(where);
    expect(said).not.toContain('is valid');
    expect(leaksIn(said)).toEqual([]);
  });
});
