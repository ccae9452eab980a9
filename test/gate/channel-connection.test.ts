import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connectionWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { type ConnectionWorker, startConnectionWorker } from '../errand/connection-workers.ts';
import { lineChannel } from '../fakes/line/channel.ts';
import { type LineServer, startLineServer } from '../fakes/line/server.ts';
import { createNamespace } from '../servers/index.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const patient = { timeout: 30_000, interval: 20 };
let connection: Connection;
let client: Client;
let line: LineServer;
let namespace: string;
/** Ids of messages that were made durable, in order, twice if they were twice. */
let taken: string[];
let workers: ConnectionWorker[];

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());
beforeEach(async () => {
  namespace = await createNamespace(inject('temporal').address);
  client = new Client({ connection, namespace });
  line = await startLineServer();
  taken = [];
  workers = [];
});
afterEach(async () => {
  await client.workflow
    .getHandle(connectionWorkflowId('line'))
    .terminate()
    .catch(() => {});
  await Promise.all(workers.map((worker) => worker.stop()));
  await line.close();
});

async function start(
  name: string,
  { overlap = true, ...rest }: { overlap?: boolean; accounts?: []; clock?: () => number } = {},
): Promise<() => Promise<void>> {
  const worker = await startConnectionWorker({
    namespace,
    identity: name,
    channel: lineChannel({ url: line.url, name, overlap }),
    async take(_account, { id }) {
      taken.push(id);
      return { type: 'taken', runId: '' };
    },
    ...rest,
  });
  workers.push(worker);
  return async () => {
    workers = workers.filter((other) => other !== worker);
    await worker.stop();
  };
}

const live = () => expect.poll(() => line.live(), patient);
const workflowStatus = async () =>
  (await client.workflow.getHandle(connectionWorkflowId('line')).describe()).status.name;

describe('the long connection of an account', () => {
  it('is held once, however many workers there are', async () => {
    await Promise.all([start('a'), start('b'), start('c')]);
    await live().toHaveLength(1);
    await line.say('m1');
    expect(line.live()).toHaveLength(1);
    expect(line.most()).toBe(1);
    expect(taken).toEqual(['m1']);
  });

  it('is opened again after growing waits while the platform refuses it', async () => {
    line.refuse(true);
    await start('a');
    await expect.poll(() => line.attempts.length, patient).toBe(3);
    line.refuse(false);
    await live().toEqual(['a']);
    const waits = line.attempts.slice(1).map((at, index) => at - (line.attempts[index] ?? 0));
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThan(2 ** index * 1_000 - 50);
      expect(wait).toBeLessThan(2 ** index * 1_000 + 1_500);
    }
  });

  it('is opened again when it ends', async () => {
    await start('a');
    await live().toEqual(['a']);
    line.hangUp();
    await live().toEqual([]);
    await live().toEqual(['a']);
    await line.say('after');
    expect(line.most()).toBe(1);
  });

  it('is opened again when nothing was heard for long', async () => {
    let now = Date.now();
    await start('a', { clock: () => now });
    await live().toEqual(['a']);
    now += 151_000;
    await expect.poll(() => line.attempts.length, patient).toBe(2);
    await live().toEqual(['a']);
    expect(line.most()).toBe(1);
  });

  it('goes to another worker before the old one lets go, and nothing is lost or comes twice', async () => {
    const stopFirst = await start('first');
    await live().toEqual(['first']);
    await start('second');
    const ids: string[] = [];
    let handedOver = false;
    const talk = async (person: string): Promise<void> => {
      for (let n = 0; !handedOver; n += 1) {
        const id = `${person}${n}`;
        ids.push(id);
        await line.say(id);
      }
    };
    const talks = ['a', 'b', 'c'].map(talk);
    await stopFirst();
    handedOver = true;
    await Promise.all(talks);
    expect(line.live()).toEqual(['second']);
    expect(line.most()).toBe(2);
    expect(taken.toSorted()).toEqual(ids.toSorted());
    expect(line.unacknowledged()).toEqual([]);
  });

  it('is closed first where a platform allows only one', async () => {
    const stopFirst = await start('first', { overlap: false });
    await live().toEqual(['first']);
    await start('second', { overlap: false });
    await stopFirst();
    await live().toEqual(['second']);
    expect(line.most()).toBe(1);
  });

  it('is let go at once when no other worker is there, and taken up by the next that starts', async () => {
    const stop = await start('first');
    await live().toEqual(['first']);
    const from = Date.now();
    await stop();
    expect(line.live()).toEqual([]);
    expect(Date.now() - from).toBeLessThan(5_000);
    expect(await workflowStatus()).toBe('RUNNING');
    const started = Date.now();
    await start('next');
    await live().toEqual(['next']);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('ends when the account is configured no more', async () => {
    const stop = await start('a');
    await live().toEqual(['a']);
    await stop();
    await start('b', { accounts: [] });
    await expect.poll(workflowStatus, patient).toBe('COMPLETED');
    expect(line.live()).toEqual([]);
  });
});
