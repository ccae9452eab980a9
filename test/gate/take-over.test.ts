import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Approval, Decision, DecisionResult } from '../../contracts/approval.ts';
import type { RunSignal } from '../../contracts/workflows.ts';
import { buildWorkflowBundle, workflowBundlePath } from '../../workers/bundle.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { startRoleProcess } from '../errand/role-process.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

const patient = { timeout: 30_000 };
const inner = flow('inner', [start, node('wait', 'wait', { event: 'inner' })], ['start>wait']);
const waits = flow(
  'waits',
  [
    message,
    node('ask', 'approval', { text: 'Go on?' }),
    node('event', 'wait', { event: 'outer' }),
    node('sub', 'subflow', { flow: 'inner' }),
    node('say', 'notify', {
      text: '{{ nodes.ask.output.by }} {{ nodes.event.output.data }} {{ nodes.sub.output.data }}',
    }),
  ],
  ['message>ask', 'message>event', 'message>sub', 'ask:approved>say', 'event>say', 'sub>say'],
);

let model: ModelServer;
let directory: string;
let connection: Connection;
beforeAll(async () => {
  model = await startModelServer();
  directory = await mkdtemp(join(tmpdir(), 'errand-take-over-'));
  connection = await Connection.connect({ address: inject('temporal').address });
});
afterAll(async () => {
  await connection.close();
  await model.close();
  await rm(directory, { recursive: true });
});

/** A run that waits for a person, an event and a subflow, left alone by the Errand that began it. */
async function leftWaiting(): Promise<{ left: TestErrand; runId: string; client: Client }> {
  const left = await startTestErrand({ models: [model.endpoint], flow: 'waits' });
  await left.publish(inner);
  await left.publish(waits);
  await left.post('please', { id: 'm-waits' });
  const { reply } = await left.receiver.waitFor((one) => one.reply.type === 'approval', 20_000);
  const client = new Client({ connection, namespace: left.namespace });
  await expect.poll(() => openRuns(client), patient).toHaveLength(2);
  await left.stop();
  return { left, runId: reply.runId, client };
}

async function openRuns(client: Client): Promise<string[]> {
  const ids: string[] = [];
  const query = "WorkflowType = 'run' AND ExecutionStatus = 'Running'";
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

/** Sends what the run waits for; it ends here and its asker is told, having been asked once. */
async function goesOn(errand: TestErrand, runId: string, client: Client): Promise<void> {
  const run = client.workflow.getHandle(`run:${runId}`);
  const [{ id = '' } = {}] = await run.query<Approval[]>('approvals');
  const decision: Decision = { id, decision: 'approve', by: 'ada', via: 'api' };
  expect(await run.executeUpdate<DecisionResult, [Decision]>('decide', { args: [decision] })).toBe('decided');
  for (const workflowId of await openRuns(client)) {
    const name = workflowId === `run:${runId}` ? 'outer' : 'inner';
    const letter: RunSignal = { type: 'event', name, data: name, at: 0 };
    await client.workflow.getHandle(workflowId).signal<[RunSignal]>('mail', letter);
  }
  expect((await errand.finalReply('m-waits')).reply).toMatchObject({
    text: 'ada outer inner',
    outcome: 'answered',
  });
  expect(errand.receiver.requests.filter(({ reply }) => reply.type === 'approval')).toHaveLength(1);
}

describe('a run that waits for a person, an event and a subflow is taken over', () => {
  it('by a worker with another build of the workflows', async () => {
    const { client, left, runId } = await leftWaiting();
    const bundlePath = join(directory, 'another-build.js');
    // Made from the sources, where the other was made from what they were compiled to.
    await buildWorkflowBundle(bundlePath);
    expect(await readFile(bundlePath, 'utf8')).not.toBe(await readFile(workflowBundlePath, 'utf8'));
    const next = await startTestErrand({ models: [model.endpoint], flow: 'waits', bundlePath, after: left });
    try {
      await goesOn(next, runId, client);
    } finally {
      await next.end();
    }
  });

  it('from a worker that was killed', async () => {
    const { client, left, runId } = await leftWaiting();
    const worker = await startRoleProcess(['--role', 'worker'], {
      DATA_DIR: left.dataDir,
      ERRAND_CONFIG: join(left.dataDir, 'errand.json'),
      ADMIN_TOKEN: left.adminToken,
      TEMPORAL_ADDRESS: inject('temporal').address,
      TEMPORAL_NAMESPACE: left.namespace,
      LOG_LEVEL: 'fatal',
    });
    const run = client.workflow.getHandle(`run:${runId}`);
    await expect.poll(() => run.query<Approval[]>('approvals'), patient).toHaveLength(1);
    const letter: RunSignal = { type: 'event', name: 'nobody waits for this', data: 1, at: 0 };
    await run.signal<[RunSignal]>('mail', letter);
    await worker.kill();
    const next = await startTestErrand({ models: [model.endpoint], flow: 'waits', after: left });
    try {
      await goesOn(next, runId, client);
    } finally {
      await next.end();
    }
  });
});
