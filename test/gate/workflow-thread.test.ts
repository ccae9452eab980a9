import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { taskQueue } from '../../contracts/workflows.ts';
import { createWorker, type WorkerProcess } from '../../workers/index.ts';
import { createNamespace } from '../servers/index.ts';

const said: string[] = [];
let directory: string;
let connection: NativeConnection;
let client: Client;
let worker: WorkerProcess;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('WARN', ({ message }) => said.push(message)) });
  const { address } = inject('temporal');
  const namespace = await createNamespace(address);
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
  directory = await mkdtemp(join(tmpdir(), 'errand-workflow-thread-'));
  const bundlePath = join(directory, 'bundle.js');
  const workflowsPath = fileURLToPath(new URL('../child/endless-workflows.mjs', import.meta.url));
  const logger = new DefaultLogger('ERROR');
  await writeFile(bundlePath, (await bundleWorkflowCode({ workflowsPath, logger })).code);
  worker = await createWorker({
    target: { address, namespace },
    identity: 'test',
    connection,
    dataConverter: {},
    activities: {},
    bundlePath,
  });
});
afterAll(async () => {
  worker.drain();
  await worker.done.catch(() => undefined);
  await connection.close();
  await rm(directory, { recursive: true });
});

it('what a workflow logs is heard', async () => {
  expect(await client.workflow.execute('brief', { taskQueue, workflowId: 'brief' })).toBe('done');
  await expect.poll(() => said).toContain('a word from a workflow');
});

it('a workflow that never pauses ends the worker, so that whoever runs the process can start it again', async () => {
  const looping = await client.workflow.start('endless', { taskQueue, workflowId: 'endless' });
  await looping.signal('loop');
  await expect(worker.done).rejects.toThrow('Workflow Worker Thread exited');
  expect(said).toContain('a workflow does not come to a pause: the thread of workflows is ended');
  await looping.terminate();
}, 60_000);
