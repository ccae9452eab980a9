import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { expect, inject, it } from 'vitest';
import { signalNames } from '../../contracts/workflows.ts';
import { connectionWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startConnectionWorker } from '../errand/connection-workers.ts';
import { lineChannel } from '../fakes/line/channel.ts';
import { startLineServer } from '../fakes/line/server.ts';
import { createNamespace } from '../servers/index.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const patient = { timeout: 60_000 };
/** Signals at once, and rounds of them: enough for any server to ask for a new execution. */
const atOnce = 50;
const rounds = 400;

it('a connection goes on in a new execution when its history has grown long, one at a time', async () => {
  const line = await startLineServer();
  const namespace = await createNamespace(inject('temporal').address);
  const connection = await Connection.connect({ address: inject('temporal').address });
  const client = new Client({ connection, namespace });
  const handle = client.workflow.getHandle(connectionWorkflowId('line'));
  const worker = await startConnectionWorker({
    namespace,
    identity: 'a',
    channel: lineChannel({ url: line.url, name: 'a', overlap: false }),
    take: async () => ({ type: 'taken', runId: '' }),
  });
  await expect.poll(() => line.live(), patient).toEqual(['a']);
  const first = (await handle.describe()).runId;
  // As if a holder that is none any more said that it is connected, again and again.
  for (let round = 0; round < rounds && (await handle.describe()).runId === first; round += 1) {
    await Promise.all(
      Array.from({ length: atOnce }, () => handle.signal<[number]>(signalNames.connected, 0)),
    );
  }
  await expect.poll(async () => (await handle.describe()).runId, patient).not.toBe(first);
  await expect.poll(() => line.live(), patient).toEqual(['a']);
  await line.say('still there');
  expect(line.most()).toBe(1);
  await handle.terminate();
  await worker.stop();
  await connection.close();
  await line.close();
});
