import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { expect, inject, it } from 'vitest';
import { connectionWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startConnectionWorker } from '../errand/connection-workers.ts';
import { lineChannel } from '../fakes/line/channel.ts';
import { startLineServer } from '../fakes/line/server.ts';
import { createNamespace } from '../servers/index.ts';
import { completed, record } from './recording.ts';

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

it('a connection that is lost, handed over, and gone with its account', async () => {
  const line = await startLineServer();
  const namespace = await createNamespace(inject('temporal').address);
  const connection = await Connection.connect({ address: inject('temporal').address });
  const client = new Client({ connection, namespace });
  const start = (name: string, accounts?: []) =>
    startConnectionWorker({
      namespace,
      identity: name,
      channel: lineChannel({ url: line.url, name, overlap: true }),
      take: async () => ({ type: 'taken', runId: '' }),
      ...(accounts && { accounts }),
    });
  const first = await start('first');
  await expect.poll(() => line.live()).toEqual(['first']);
  line.hangUp();
  await expect.poll(() => line.attempts.length).toBe(2);
  const second = await start('second');
  await first.stop();
  await expect.poll(() => line.live()).toEqual(['second']);
  const ignorant = await start('ignorant', []);
  await second.stop();
  await completed(client, connectionWorkflowId('line'));
  await record(client, 'channel-connection', connectionWorkflowId('line'));
  await ignorant.stop();
  await connection.close();
  await line.close();
});
