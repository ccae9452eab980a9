import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Approval, Decision, DecisionResult } from '../../contracts/approval.ts';
import type { RunSignal } from '../../contracts/workflows.ts';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { derivedRunId } from '../../workflows/derived-id.ts';
import { flow, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import {
  alarmFlow,
  batchedFlow,
  controlFlow,
  crowdFlow,
  failingFlow,
  oneFlow,
  patientFlow,
  waitingFlow,
} from './paths.ts';
import { completed, record } from './recording.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint], config: { idleAfter: '3s' } });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

it('a conversation: quick answers, a task, commands, a snapshot, idle completion', async () => {
  for (const text of ['hello', '/help', 'task: three parts', '/runs', 'one', 'two', 'three', 'four']) {
    await errand.ask(text, { conversation: 'talk' });
  }
  await completed(errand.temporal, conversationWorkflowId('hook', 'talk'));
  await record(errand.temporal, 'conversation', conversationWorkflowId('hook', 'talk'));
  await errand.ask('again', { conversation: 'talk' });
  await completed(errand.temporal, conversationWorkflowId('hook', 'talk'));
  await record(errand.temporal, 'conversation-recalled', conversationWorkflowId('hook', 'talk'));
});

it('a delivery that fails once, and the run that it leaves for', async () => {
  errand.receiver.setFail(({ attempt }) => (attempt < 2 ? { type: 'status', status: 503 } : undefined));
  const { reply } = await errand.ask('deliver me', { conversation: 'undelivered' });
  errand.receiver.setFail(undefined);
  await completed(errand.temporal, conversationWorkflowId('hook', 'undelivered'));
  await record(errand.temporal, 'conversation-undelivered', conversationWorkflowId('hook', 'undelivered'));
  await record(errand.temporal, 'run-undelivered', `run:${reply.runId}`);
});

it('flows that a program starts: both ways through a condition', async () => {
  await errand.publish(controlFlow('http://127.0.0.1:9/'));
  for (const [name, n] of [
    ['run-condition-true', 7],
    ['run-condition-false', 1],
  ] as const) {
    const run = await errand.runFlow('control', { n });
    expect(run.status).toBe('answered');
    await record(errand.temporal, name, `run:${run.id}`);
  }
});

it('a flow that waits, promoted out of its conversation', async () => {
  await errand.publish(patientFlow);
  const patient = await startTestErrand({ models: [model.endpoint], flow: 'patient', after: errand });
  const { reply } = await patient.ask('tea', { conversation: 'patient' });
  await completed(patient.temporal, `run:${reply.runId}`);
  await record(patient.temporal, 'run-promoted', `run:${reply.runId}`);
  await patient.stop();
});

it('a run that is stopped, and one whose models are all away', async () => {
  const lonely = await startTestErrand({ models: ['http://127.0.0.1:9/v1'], config: { idleAfter: '3s' } });
  try {
    await lonely.ask('hello', { conversation: 'failed' });
    await completed(lonely.temporal, conversationWorkflowId('hook', 'failed'));
    await record(lonely.temporal, 'conversation-failed', conversationWorkflowId('hook', 'failed'));
  } finally {
    await lonely.end();
  }
});

it('a run that waits for a person, an event and a subflow, which goes in batches', async () => {
  for (const document of [oneFlow, batchedFlow, waitingFlow]) await errand.publish(document);
  const waiting = await startTestErrand({ models: [model.endpoint], flow: 'waiting', after: errand });
  try {
    await waiting.post('please', { id: 'm-waiting', conversation: 'waiting' });
    const { reply } = await waiting.receiver.waitFor((one) => one.reply.text.includes('reminder'), 20_000);
    await waiting.receiver.waitFor((one) => one.reply.conversation === 'elsewhere', 20_000);
    const run = waiting.temporal.workflow.getHandle(`run:${reply.runId}`);
    const letter: RunSignal = { type: 'event', name: 'go', data: 'gone', at: 0 };
    await run.signal<[RunSignal]>('mail', letter);
    const [{ id = '' } = {}] = await run.query<Approval[]>('approvals');
    const decision: Decision = { id, decision: 'approve', by: 'u1', via: 'api' };
    await run.executeUpdate<DecisionResult, [Decision]>('decide', { args: [decision] });
    await waiting.finalReply('m-waiting');
    await completed(waiting.temporal, `run:${reply.runId}`);
    await record(waiting.temporal, 'run-waiting', `run:${reply.runId}`);
    const within = derivedRunId(reply.runId, 'sub');
    await record(waiting.temporal, 'run-batched', `run:${within}`);
    await record(waiting.temporal, 'run-within', `run:${derivedRunId(within, 'each[3]')}`);
    await record(waiting.temporal, 'batch', `batch:${within}:each[100-102]`);
  } finally {
    await waiting.stop();
  }
});

it('a run that is cancelled while it waits for a subflow', async () => {
  await errand.publish(flow('sleeps', [start, node('wait', 'wait', { for: '1d' })], ['start>wait']));
  await errand.publish(flow('awaits', [start, node('sub', 'subflow', { flow: 'sleeps' })], ['start>sub']));
  const runId = await errand.startFlow('awaits', {});
  const within = `run:${derivedRunId(runId, 'sub')}`;
  await expect
    .poll(() =>
      errand.temporal.workflow
        .getHandle(within)
        .describe()
        .catch(() => null),
    )
    .toBeTruthy();
  await errand.temporal.workflow.getHandle(`run:${runId}`).signal('cancelRun');
  await completed(errand.temporal, within);
  await record(errand.temporal, 'run-cancelled', `run:${runId}`);
});

it('a run whose subflow waits for somebody, which it is told of', async () => {
  await errand.publish(flow('called', [start, node('event', 'wait', { event: 'go' })], ['start>event']));
  await errand.publish(flow('calls', [start, node('sub', 'subflow', { flow: 'called' })], ['start>sub']));
  const runId = await errand.startFlow('calls', {});
  await expect.poll(async () => (await errand.runById(runId)).status, { timeout: 20_000 }).toBe('waiting');
  const within = `run:${derivedRunId(runId, 'sub')}`;
  const letter: RunSignal = { type: 'event', name: 'go', data: 'gone', at: 0 };
  await errand.temporal.workflow.getHandle(within).signal<[RunSignal]>('mail', letter);
  await completed(errand.temporal, `run:${runId}`);
  await record(errand.temporal, 'run-calling', `run:${runId}`);
  await record(errand.temporal, 'run-called', within);
});

it('a batch that is cancelled with its run, some of its items done', async () => {
  const hanging = await startModelServer({
    behaviour: ({ messages }) =>
      messages.at(-1)?.content.includes('late') ? { hang: 'headers' } : 'at once',
  });
  const cancelling = await startTestErrand({ models: [hanging.endpoint] });
  try {
    await cancelling.publish(crowdFlow);
    const runId = await cancelling.startFlow('crowd', {});
    await expect.poll(() => hanging.underWay(), { timeout: 20_000 }).toBe(3);
    await cancelling.temporal.workflow.getHandle(`run:${runId}`).signal('cancelRun');
    await completed(cancelling.temporal, `run:${runId}`);
    await record(cancelling.temporal, 'run-batch-cancelled', `run:${runId}`);
    await record(cancelling.temporal, 'batch-cancelled', `batch:${runId}:each[0-99]`);
  } finally {
    await cancelling.end();
    await hanging.close();
  }
});

it('a flow that fails in its conversation, and the one that is named for that', async () => {
  await errand.publish(alarmFlow);
  await errand.publish(failingFlow);
  const failing = await startTestErrand({
    models: [model.endpoint],
    flow: 'failing',
    config: { idleAfter: '3s' },
    after: errand,
  });
  try {
    const { reply } = await failing.ask('help', { conversation: 'failing' });
    const alarm = `run:${derivedRunId(reply.runId, 'on failure')}`;
    await completed(failing.temporal, alarm);
    await record(failing.temporal, 'run-alarm', alarm);
    await completed(failing.temporal, conversationWorkflowId('hook', 'failing'));
    await record(failing.temporal, 'conversation-failing', conversationWorkflowId('hook', 'failing'));
  } finally {
    await failing.stop();
  }
});
