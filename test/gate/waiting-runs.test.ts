import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Approval, Decision, DecisionResult } from '../../contracts/approval.ts';
import type { Json } from '../../contracts/json.ts';
import type { RunSignal } from '../../contracts/workflows.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

const ask = (config: Json) =>
  flow(
    'asking',
    [
      start,
      message,
      node('ask', 'approval', {
        text: 'Pay {{ trigger.text == null ? 7 : trigger.text }}?',
        ...(config as object),
      }),
      node('yes', 'notify', { text: 'paid, as {{ nodes.ask.output.by }} said' }),
      node('no', 'notify', { text: 'not paid, expired: {{ nodes.ask.output.expired }}' }),
    ],
    ['start>ask', 'message>ask', 'ask:approved>yes', 'ask:denied>no'],
  );

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint], flow: 'asking' });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

const handle = (runId: string) => errand.temporal.workflow.getHandle(`run:${runId}`);
const event = (name: string, data: Json): RunSignal => ({ type: 'event', name, data, at: 0 });
const pending = (runId: string) => handle(runId).query<Approval[]>('approvals');
const decide = (runId: string, decision: Omit<Decision, 'via'>) =>
  handle(runId).executeUpdate<DecisionResult, [Decision]>('decide', { args: [{ ...decision, via: 'api' }] });

/** Starts a run by the API and waits until it waits. */
async function waiting(id: string, input: Json = {}): Promise<string> {
  const runId = await errand.startFlow(id, input);
  await expect.poll(async () => (await errand.runById(runId)).status).toBe('waiting');
  return runId;
}

describe('a node that waits for an event', () => {
  beforeAll(() =>
    errand.publish(
      flow(
        'paid',
        [
          start,
          node('first', 'wait', { event: 'paid' }),
          node('second', 'wait', { event: 'paid' }),
          node('sum', 'transform', {
            output: '{{ [nodes.first.output.data.n, nodes.second.output.data.n, nodes.first.output.event] }}',
          }),
        ],
        ['start>first', 'first>second', 'second>sum'],
      ),
    ),
  );

  it('takes the oldest of its name, and one that came before it began', async () => {
    const runId = await waiting('paid');
    for (const letter of [event('other', 0), event('paid', { n: 1 }), event('paid', { n: 2 })]) {
      await handle(runId).signal<[RunSignal]>('mail', letter);
    }
    const run = await errand.ended(runId);
    expect(run.nodes.find(({ id }) => id === 'sum')?.output).toEqual([1, 2, 'paid']);
  });

  it('fails when none comes within its timeout', async () => {
    await errand.publish(
      flow('unpaid', [start, node('wait', 'wait', { event: 'paid' }, { timeout: '1s' })], ['start>wait']),
    );
    const run = await errand.runFlow('unpaid', {});
    expect(run).toMatchObject({ status: 'failed', error: { type: 'Timeout', node: 'wait' } });
  });
});

describe('an approval', () => {
  it('is asked in the chat, waits, and goes on as was decided', async () => {
    await errand.publish(ask({}));
    await errand.post('ten', { id: 'm-ask', conversation: 'c-ask' });
    const { reply } = await errand.receiver.waitFor(
      ({ reply: one }) => one.inReplyTo === 'm-ask' && one.type === 'approval',
      20_000,
    );
    const [approval] = await pending(reply.runId);
    expect(reply).toMatchObject({ final: false, text: expect.stringContaining(`/approve ${approval?.id}`) });
    expect(reply.text).toContain('Pay ten?');
    expect(await errand.run('m-ask')).toMatchObject({
      status: 'waiting',
      nodes: expect.arrayContaining([expect.objectContaining({ id: 'ask', status: 'waiting' })]),
    });
    const found = errand.temporal.workflow.list({ query: `ErrandApprovals = '${approval?.id}'` });
    await expect
      .poll(async () => (await found[Symbol.asyncIterator]().next()).value?.workflowId)
      .toBe(`run:${reply.runId}`);

    expect(await decide(reply.runId, { id: approval?.id ?? '', decision: 'approve', by: 'ada' })).toBe(
      'decided',
    );
    expect((await errand.finalReply('m-ask')).reply).toMatchObject({
      text: 'paid, as ada said',
      outcome: 'answered',
    });
    await expect
      .poll(async () => (await handle(reply.runId).describe()).searchAttributes.ErrandApprovals ?? [])
      .toEqual([]);
  });

  it('is decided by its approvers only, once, and by nobody who names another', async () => {
    await errand.publish(ask({ approvers: ['eve', 'bob'] }));
    const runId = await waiting('asking');
    const [approval] = await pending(runId);
    const { id = '' } = approval ?? {};
    expect(approval).toMatchObject({
      runId,
      node: 'ask',
      text: 'Pay 7?',
      approvers: ['eve', 'bob'],
      expiresAt: null,
    });
    expect(await decide(runId, { id, decision: 'approve', by: 'mallory' })).toBe('notAllowed');
    expect(await decide(runId, { id: 'aaaaaaaa', decision: 'approve', by: 'eve' })).toBe('notPending');
    expect(await decide(runId, { id, decision: 'deny', by: 'eve', note: 'too much' })).toBe('decided');
    const run = await errand.ended(runId);
    expect(run.answer).toBe('not paid, expired: false');
    expect(run.nodes.find((one) => one.id === 'ask')?.output).toMatchObject({
      decision: 'deny',
      by: 'eve',
      note: 'too much',
      expired: false,
    });
  });

  it('that nobody decides reminds the asker, asks elsewhere, and takes its default', async () => {
    await errand.publish(
      ask({
        expiresAfter: '6s',
        default: 'approve',
        remindEvery: '2500ms',
        escalateAfter: '1s',
        escalateTo: { account: 'hook', conversation: 'c-boss' },
      }),
    );
    await errand.post('付款', { id: 'm-late', conversation: 'c-late' });
    await errand.finalReply('m-late');
    const asked = errand.receiver.requests.filter(({ reply }) => reply.type === 'approval');
    const told = (conversation: string) =>
      asked.filter(({ reply }) => reply.conversation === conversation).map(({ reply }) => reply.text);
    expect(told('c-late').map((text) => text.includes('提醒'))).toEqual([false, true, true]);
    expect(told('c-boss')).toEqual([expect.stringContaining('转到这里')]);
    expect((await errand.run('m-late'))?.nodes.find(({ id }) => id === 'ask')?.output).toMatchObject({
      decision: 'approve',
      by: null,
      expired: true,
    });
  });

  it('is gone when the run is cancelled', async () => {
    await errand.publish(ask({}));
    const runId = await waiting('asking');
    const [{ id = '' } = {}] = await pending(runId);
    await handle(runId).signal('cancelRun');
    expect(await errand.ended(runId)).toMatchObject({ status: 'cancelled' });
    await expect(decide(runId, { id, decision: 'approve', by: 'ada' })).rejects.toThrow();
    expect((await handle(runId).describe()).searchAttributes.ErrandApprovals ?? []).toEqual([]);
  });
});
