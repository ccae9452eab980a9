import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as at } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import { runPage } from '../../contracts/api.ts';
import { ledger as ledgerSchema } from '../../contracts/ledger.ts';
import { EmbeddedServer, freePort, setUpTemporal } from '../../infra/index.ts';
import { startModelServer } from '../fakes/model-server.ts';
import { startWebhookReceiver } from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';
import { type RoleProcess, startRoleProcess } from './role-process.ts';

export interface KillOptions {
  temporalBinary: string;
  seconds: number;
  perSecond: number;
  conversations: number;
  /** Decides the moments of the kills. */
  random: () => number;
}

/**
 * Sends messages for a while, kills API, worker and Temporal server once each at random moments, and then holds what
 * people saw, the ledger and the records against the sender's own list of what was accepted.
 */
export async function killAnything(
  options: KillOptions,
): Promise<{ accepted: number; answered: number; failed: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'errand-kill-'));
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const adminToken = randomBytes(16).toString('hex');
  const model = await startModelServer({ latencyMs: 300, failFraction: 0.1, seed: 7, record: false });
  const receiver = await startWebhookReceiver({ secret });
  const server = await EmbeddedServer.start({
    binary: options.temporalBinary,
    dataDirectory: directory,
    onLog: () => {},
  });
  const port = String(await freePort());
  const file = join(directory, 'errand.json');
  await writeFile(
    file,
    JSON.stringify({
      models: [{ id: 'm', endpoint: model.endpoint, model: 'fake' }],
      channels: [
        { id: 'hook', kind: 'webhook', secret, replyUrl: receiver.url, ratePerSenderPerMinute: 100_000 },
      ],
    }),
  );
  const env = {
    DATA_DIR: directory,
    ERRAND_CONFIG: file,
    ADMIN_TOKEN: adminToken,
    TEMPORAL_ADDRESS: server.address,
    PORT: port,
    LOG_LEVEL: 'warn',
  };
  const connection = await Connection.connect({ address: server.address });
  await setUpTemporal(connection, { namespace: 'default', retentionHours: 24 });
  const roles: RoleProcess[] = [];
  const start = async (role: string): Promise<RoleProcess> => {
    const process = await startRoleProcess(['--role', role], env);
    roles.push(process);
    return process;
  };
  const url = `http://127.0.0.1:${port}`;

  /** By conversation, in the order of sending. */
  const accepted = new Map<string, string[]>();
  const send = async (index: number): Promise<void> => {
    const conversation = `k${index % options.conversations}`;
    const id = `kill-${index}`;
    const body = { conversation, sender: { id: `u-${conversation}` }, text: `order ${id}` };
    const response = await sendWebhook(`${url}/webhooks/hook`, secret, body, { id }).catch(() => undefined);
    if (response?.status === 202) accepted.set(conversation, [...(accepted.get(conversation) ?? []), id]);
  };
  const moment = (): number => (0.15 + 0.7 * options.random()) * options.seconds * 1_000;
  const killAndReplace = async (role: string, victim: RoleProcess): Promise<void> => {
    await at(moment());
    await victim.kill();
    await start(role);
  };
  const killServer = async (): Promise<void> => {
    await at(moment());
    if (server.pid) process.kill(server.pid, 'SIGKILL');
  };
  try {
    const [api, worker] = [await start('api'), await start('worker')];
    const kills = Promise.all([killAndReplace('api', api), killAndReplace('worker', worker), killServer()]);
    // Awaited below; a failure before that is not unhandled.
    kills.catch(() => {});
    const sent: Promise<void>[] = [];
    for (let index = 0; index < options.seconds * options.perSecond; index += 1) {
      sent.push(send(index));
      await at(1_000 / options.perSecond);
    }
    await Promise.all([...sent, kills]);
    const ids = [...accepted.values()].flat();
    const finals = () => receiver.requests.filter(({ reply }) => reply.final);
    await expect
      .poll(
        () =>
          missing(
            ids,
            finals().flatMap(({ reply }) => reply.inReplyTo ?? []),
          ),
        { timeout: 120_000, interval: 500 },
      )
      .toEqual([]);

    for (const id of ids) {
      const keys = new Set(
        finals()
          .filter(({ reply }) => reply.inReplyTo === id)
          .map((one) => one.id),
      );
      expect(keys.size, `final replies to ${id}`).toBe(1);
    }
    for (const [conversation, order] of accepted) {
      const inline = firsts(
        finals()
          .filter(({ reply }) => reply.conversation === conversation)
          .flatMap(({ reply }) => reply.inReplyTo ?? [])
          .filter((id) => order.includes(id)),
      );
      expect(inline, `order in ${conversation}`).toEqual(order);
    }

    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${adminToken}` } })).json();
    await expect
      .poll(async () => ledgerSchema.parse(await get('/api/v1/ledger')), { timeout: 60_000, interval: 1_000 })
      .toMatchObject({ running: 0, waiting: 0, missing: [] });
    const book = ledgerSchema.parse(await get('/api/v1/ledger'));
    expect(book.answered + book.failed + book.cancelled).toBeGreaterThanOrEqual(book.accepted);
    expect(book.accepted).toBeGreaterThanOrEqual(ids.length);
    const recorded = new Set<string>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: ReturnType<typeof runPage.parse> = runPage.parse(
        await get(`/api/v1/runs?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
      );
      for (const { messageId } of page.runs) if (messageId) recorded.add(messageId);
      cursor = page.next;
    }
    expect(missing(ids, [...recorded])).toEqual([]);

    const client = new Client({ connection });
    const stuck = await client.workflow.count(`WorkflowType = 'run' AND ExecutionStatus = 'Running'`);
    expect(stuck.count).toBe(0);
    expect(receiver.refusals).toEqual([]);
    return { accepted: ids.length, answered: book.answered, failed: book.failed };
  } finally {
    await connection.close();
    await Promise.all(roles.map((role) => role.kill()));
    await server.stop();
    await Promise.all([model.close(), receiver.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}

function missing(wanted: string[], there: string[]): string[] {
  const known = new Set(there);
  return wanted.filter((id) => !known.has(id));
}

function firsts(ids: string[]): string[] {
  return [...new Set(ids)];
}
