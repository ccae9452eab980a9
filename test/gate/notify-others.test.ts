import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowNode } from '../../contracts/flow.ts';
import type { Json } from '../../contracts/json.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint], flow: 'telling' });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

const to = (conversation: string, account = 'hook') => ({ account, conversation });

function publish(target: Json, more: Partial<FlowNode> = {}): Promise<void> {
  return errand.publish(
    flow(
      'telling',
      [
        start,
        message,
        node('tell', 'notify', { text: 'news: {{ trigger.text }}', to: target }, more),
        node('done', 'notify', { text: 'told: {{ nodes.tell.error == null }}' }),
      ],
      ['start>tell', 'message>tell', 'tell>done'],
    ),
  );
}

const toldIn = (conversation: string) =>
  errand.receiver.requests.filter(({ reply }) => reply.conversation === conversation);

describe('a notify to others', () => {
  it('reaches each once, answers nothing there, and leaves the last word to the asker', async () => {
    await publish([to('ops'), to('boss'), to('ops')]);
    const { reply } = await errand.ask('fire', { conversation: 'c1', id: 'm-fire' });
    expect(reply).toMatchObject({ text: 'told: true', inReplyTo: 'm-fire', final: true });
    for (const conversation of ['ops', 'boss']) {
      const [one, ...rest] = toldIn(conversation);
      expect(rest).toEqual([]);
      expect(one?.reply).toEqual({
        type: 'reply',
        conversation,
        runId: reply.runId,
        text: 'news: fire',
        final: true,
      });
    }
    const run = await errand.run('m-fire');
    expect(run?.nodes.find(({ id }) => id === 'tell')?.output).toEqual({
      text: 'news: fire',
      targets: [
        { account: 'hook', conversation: 'ops', status: 'delivered' },
        { account: 'hook', conversation: 'boss', status: 'delivered' },
      ],
    });
    expect(run?.answer).toBe('told: true');
  });

  it('that comes after the answer leaves it the last word', async () => {
    const tell = node('tell', 'notify', { text: 'by the way', to: to('aside') });
    await errand.publish(
      flow('telling', [message, node('say', 'notify', { text: 'yes' }), tell], ['message>say', 'say>tell']),
    );
    const { reply } = await errand.ask('well?', { id: 'm-well' });
    expect(reply).toMatchObject({ text: 'yes', outcome: 'answered' });
    await expect.poll(() => toldIn('aside')).toHaveLength(1);
    await expect.poll(() => errand.run('m-well')).toMatchObject({ status: 'answered', answer: 'yes' });
    expect(errand.receiver.requests.filter((one) => one.reply.inReplyTo === 'm-well')).toHaveLength(1);
  });

  it.each([
    ['tell them', 'Done.'],
    ['告诉他们', '已完成。'],
  ])('alone is acknowledged to who asked: %s', async (order, answer) => {
    const tell = node('tell', 'notify', { text: '{{ trigger.text }}', to: to('alone') });
    await errand.publish(flow('telling', [message, tell], ['message>tell']));
    const { reply } = await errand.ask(order);
    expect(reply).toMatchObject({ text: answer, outcome: 'answered' });
  });

  it('works for a run that nobody asked for in a chat', async () => {
    await publish(to('from-api'));
    const run = await errand.runFlow('telling', { n: 1 });
    expect(run.status).toBe('answered');
    expect(toldIn('from-api').map(({ reply }) => reply.text)).toEqual(['news: ']);
  });

  it('that misses one tells the others once, goes on as a run, and fails or goes on as its node says', async () => {
    await publish([to('there'), to('lost', 'nowhere')], {
      onError: { action: 'continue' },
      retry: { maximumAttempts: 2, initialInterval: '100ms' },
    });
    const { reply } = await errand.ask('half', { id: 'm-half' });
    expect(reply.text).toBe('told: false');
    expect(toldIn('there')).toHaveLength(1);
    await expect.poll(() => errand.run('m-half')).toMatchObject({ status: 'answered' });
    const tell = (await errand.run('m-half'))?.nodes.find(({ id }) => id === 'tell');
    expect(tell?.error).toMatchObject({
      type: 'DeliveryFailed',
      message: '1 of 2 were not reached: nowhere:lost (no account nowhere is configured here)',
    });
  });

  it('tries one that is away again, without repeating itself to the others', async () => {
    await publish([to('steady'), to('flaky')]);
    errand.receiver.setFail(({ reply, attempt }) =>
      reply.conversation === 'flaky' && attempt < 2 ? { type: 'status', status: 503 } : undefined,
    );
    const { reply } = await errand.ask('again', { id: 'm-again' });
    errand.receiver.setFail(undefined);
    expect(reply.text).toBe('told: true');
    expect(toldIn('steady')).toHaveLength(1);
    expect(toldIn('flaky').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(toldIn('flaky').map(({ id }) => id)).size).toBe(1);
  });

  it.each([
    ['an empty list', [], '`to` has to name 1 to 20 conversations'],
    [
      'more than 20',
      Array.from({ length: 21 }, (__, at) => to(`c-${at}`)),
      '`to` has to name 1 to 20 conversations',
    ],
    ['no address', 7, '`to` has to be {account, conversation}, or a list of them'],
    ['nothing', null, '`to` has to be {account, conversation}, or a list of them'],
  ])('fails clearly when a template yields %s', async (_, value, detail) => {
    await publish('{{ trigger.input }}');
    const run = await errand.runFlow('telling', value);
    expect(run.error).toMatchObject({ type: 'InvalidInput', message: detail, node: 'tell' });
  });
});
