import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startedRun } from '../../contracts/api.ts';
import type { FlowDocument } from '../../contracts/flow.ts';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';

/** Messages younger than 30 s count as under way, and the chore comes once a minute. */
const patient = { timeout: 120_000, interval: 1_000 };

let model: ModelServer;
let errand: TestErrand;

beforeAll(async () => {
  model = await startModelServer({
    behaviour: (request) =>
      request.messages.at(-1)?.content.startsWith('hang') ? { hang: 'headers' } : behave(request),
  });
  errand = await startTestErrand({ models: [model.endpoint], timeouts: { firstToken: '100s' } });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

/** What a person was told for the last time about each of these messages. */
const finals = (ids: string[]) =>
  errand.receiver.requests
    .filter(({ reply }) => reply.final && ids.includes(reply.inReplyTo ?? ''))
    .map(({ reply }) => `${reply.inReplyTo} ${reply.outcome}`)
    .sort();

async function reconcile(): Promise<void> {
  await errand.temporal.schedule.getHandle('housekeeping').trigger();
}

async function endsVisibly(ids: string[]): Promise<void> {
  await expect
    .poll(async () => {
      await reconcile();
      return finals(ids);
    }, patient)
    .toEqual(ids.map((id) => `${id} failed`).sort());
  for (const id of ids) {
    await expect
      .poll(() => errand.run(id), patient)
      .toMatchObject({ status: 'failed', error: { type: 'Terminated' } });
  }
}

describe('what is terminated by hand ends visibly', () => {
  it('when it is a conversation with one message in flight and others in line', async () => {
    const ids = ['m-flight', 'm-line-1', 'm-line-2'];
    await errand.post('hang on', { id: 'm-flight', conversation: 'c1' });
    await expect.poll(() => model.count(), patient).toBe(1);
    for (const id of ids.slice(1)) await errand.post('请稍等', { id, conversation: 'c1' });
    await errand.temporal.workflow.getHandle(conversationWorkflowId('hook', 'c1')).terminate('by hand');
    expect(await errand.ledger()).toMatchObject({ accepted: 3 });

    const { reply } = await errand.ask('and now?', { id: 'm-now', conversation: 'c1' });
    expect(reply.outcome).toBe('answered');
    await endsVisibly(ids);
    const told = errand.receiver.requests.find(({ reply: one }) => one.inReplyTo === 'm-line-1');
    expect(told?.reply.text).toMatch(/终止/);
    await expect
      .poll(() => errand.ledger(), patient)
      .toMatchObject({ accepted: 4, answered: 1, failed: 3, running: 0, waiting: 0, missing: [] });
    await reconcile();
    expect(finals(ids)).toHaveLength(ids.length);
  });

  it('when it is a run that left its conversation, which hears of it', async () => {
    const flow: FlowDocument = {
      schemaVersion: 1,
      id: 'assistant',
      name: { en: 'Waiting', zh: '等待' },
      nodes: [
        { id: 'message', kind: 'trigger.message' },
        { id: 'pause', kind: 'wait', config: { for: '10m' } },
        { id: 'say', kind: 'notify', config: { text: 'never' } },
      ],
      edges: [
        { from: 'message', to: 'pause' },
        { from: 'pause', to: 'say' },
      ],
    };
    await errand.publish(flow);
    await errand.post('wait for me', { id: 'm-run', conversation: 'c2' });
    const ack = await errand.receiver.waitFor(({ reply }) => reply.inReplyTo === 'm-run', 30_000);
    expect(ack.reply).toMatchObject({ type: 'progress', final: false });
    const run = errand.temporal.workflow.getHandle(`run:${ack.reply.runId}`);
    await expect.poll(() => run.describe().catch(() => undefined), patient).toBeDefined();
    await run.terminate('by hand');
    await endsVisibly(['m-run']);
    const { reply } = await errand.ask('/runs', { conversation: 'c2' });
    expect(reply.text).toMatch(new RegExp(`failed\\s+${ack.reply.runId}`));
    expect((await errand.ask('/status', { conversation: 'c2' })).reply.text).toMatch(/Idle/);
  });

  it('when it is a run that nobody in a chat asked for', async () => {
    await errand.publish({
      schemaVersion: 1,
      id: 'patient',
      name: { en: 'Patient', zh: '耐心' },
      nodes: [
        { id: 'hook', kind: 'trigger.webhook' },
        { id: 'pause', kind: 'wait', config: { for: '10m' } },
      ],
      edges: [{ from: 'hook', to: 'pause' }],
    });
    const response = await errand.api('/api/v1/flows/patient/run', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { runId } = startedRun.parse(await response.json());
    await errand.temporal.workflow.getHandle(`run:${runId}`).terminate('by hand');
    const recorded = async (): Promise<unknown> => {
      await reconcile();
      const page = await errand.api('/api/v1/runs?flow=patient&status=failed');
      return page.json();
    };
    await expect
      .poll(recorded, patient)
      .toMatchObject({ runs: [{ id: runId, error: { type: 'Terminated' } }] });
  });
});
