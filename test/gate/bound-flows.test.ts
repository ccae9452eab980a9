import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../contracts/flow.ts';
import { type Bindings, createBindings } from '../../services/flows/index.ts';
import { type ObjectStore, openObjectStore } from '../../services/objects/index.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { idle } from '../errand/idle.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';

/** A flow that says who it is, or something else. */
function named(id: string, text = `${id} says {{ trigger.text }}`): FlowDocument {
  return flow(id, [message, node('say', 'notify', { text })], ['message>say']);
}

let model: ModelServer;
let errand: TestErrand;
let objects: ObjectStore;
let bindings: Bindings;
beforeAll(async () => {
  model = await startModelServer({
    behaviour(request) {
      const order = request.messages.at(-1)?.content ?? '';
      return order.startsWith('buy ')
        ? JSON.stringify({ intent: 'purchase', arguments: { item: order.slice(4) } })
        : behave(request);
    },
  });
  errand = await startTestErrand({ models: [model.endpoint], config: { idleAfter: '1s' } });
  objects = await openObjectStore({ url: pathToFileURL(`${errand.dataDir}/objects`).href });
  bindings = createBindings(objects);
  for (const id of ['of-account', 'of-conversation', 'chosen']) await errand.publish(named(id));
  await errand.publish(flow('by-program', [start, node('out', 'transform', { output: 1 })], ['start>out']));
});
afterAll(async () => {
  await objects.close();
  await errand.end();
  await model.close();
});

const toldOf = (messageId: string) =>
  errand.receiver.requests
    .filter(({ reply }) => reply.inReplyTo === messageId)
    .map(({ reply }) => reply.text);

async function say(text: string, conversation: string): Promise<string> {
  return (await errand.ask(text, { conversation })).reply.text;
}

/** Bindings are known everywhere two seconds after they were written. */
async function bind(...entries: unknown[]): Promise<void> {
  await bindings.write(entries);
  const isKnown = async () => await say('/flow', `c-probe-${Date.now()}`);
  const flow = await bindings.flowOf('hook', 'c-probe');
  await expect.poll(isKnown, { interval: 300 }).toContain(`“${flow ?? 'assistant'}”`);
}

describe('the flow of a conversation', () => {
  it('is the most specific that is bound, or the one that people chose there', async () => {
    expect(await say('hello', 'c-a')).toBe('echo: hello');
    await bind(
      { flow: 'of-account', account: 'hook' },
      { flow: 'of-conversation', account: 'hook', conversation: 'c-b' },
    );
    expect(await say('hello', 'c-a')).toBe('of-account says hello');
    expect(await say('hello', 'c-b')).toBe('of-conversation says hello');
    expect(await say('/flow', 'c-b')).toBe(
      'The flow “of-conversation” (version 1) answers here, by default.',
    );
    expect(await say('/flow chosen', 'c-b')).toBe(
      'The flow “chosen” (version 1) answers here. “/flow -” goes back to the default.',
    );
    expect(await say('hello', 'c-b')).toBe('chosen says hello');
    await idle(errand, 'c-b');
    expect(await say('hello', 'c-b')).toBe('chosen says hello');
    await bind();
    expect(await say('/流程', 'c-b')).toBe('本会话由流程“chosen”（第 1 版）处理。发送“/流程 -”可恢复默认。');
    await errand.publish(named('chosen', 'chosen, anew: {{ trigger.text }}'));
    await expect.poll(() => say('hello', 'c-b'), { interval: 500 }).toBe('chosen, anew: hello');
    expect(await say('/flow default', 'c-b')).toBe(
      'The flow “assistant” (version 0) answers here, by default.',
    );
    expect(await say('hello', 'c-b')).toBe('echo: hello');
  });

  it.each([
    ['/flow nothing', 'There is no published flow “nothing”.'],
    ['/flow ../../x', 'There is no published flow “../../x”.'],
    ['/流程 nothing', '没有名为“nothing”的已发布流程。'],
    ['/flow by-program', 'The flow “by-program” is not one that messages start.'],
  ])('is not changed by %j', async (text, answer) => {
    expect(await say(text, 'c-refused')).toBe(answer);
    expect(await say('/flow', 'c-refused')).toContain('“assistant”');
  });
});

describe('an intent that is bound', () => {
  const purchase = { name: 'purchase', description: 'Wants to buy something; arguments: item.' };

  it('is answered by its flow, once, and other orders are not', async () => {
    await errand.publish(
      named('purchases', 'ordered: {{ trigger.input.arguments.item }} ({{ trigger.text }})'),
    );
    await bindings.write([{ flow: 'purchases', account: 'hook', intent: purchase }]);
    await expect.poll(() => say('buy milk', 'c-buy'), { interval: 500 }).toBe('ordered: milk (buy milk)');
    const { reply } = await errand.ask('buy tea', { conversation: 'c-buy', id: 'm-tea' });
    expect(reply).toMatchObject({ final: true, outcome: 'answered', text: 'ordered: tea (buy tea)' });
    await expect
      .poll(() => errand.run('m-tea'))
      .toMatchObject({
        status: 'answered',
        flow: { id: 'purchases', version: 1 },
        intent: 'purchase',
        usage: { calls: 1 },
      });
    expect(toldOf('m-tea')).toEqual([reply.text]);
    expect(await say('hello', 'c-buy')).toBe('echo: hello');
    expect(await say('what did I buy?', 'c-buy')).toBe('echo: what did I buy?');
    const remembered = model.requests.at(-1)?.body.messages.map(({ content }) => content);
    expect(remembered).toContain('ordered: tea (buy tea)');
  });

  it('keeps its name when its flow is long and goes on as a run of its own', async () => {
    await errand.publish(
      flow(
        'slow-purchases',
        [
          message,
          node('pause', 'wait', { for: '1s' }),
          node('say', 'notify', { text: 'came: {{ trigger.input.arguments.item }}' }),
        ],
        ['message>pause', 'pause>say'],
      ),
    );
    await bindings.write([{ flow: 'slow-purchases', account: 'hook', intent: purchase }]);
    await expect.poll(() => say('buy salt', 'c-slow'), { interval: 500 }).toBe('came: salt');
    await errand.ask('buy rice', { conversation: 'c-slow', id: 'm-rice' });
    await expect
      .poll(() => errand.run('m-rice'))
      .toMatchObject({
        flow: { id: 'slow-purchases' },
        intent: 'purchase',
        usage: { calls: 1 },
        workflow: { workflowId: expect.stringMatching(/^run:/) },
      });
  });

  it('that is found out in a run of its own is answered by its flow all the same', async () => {
    await errand.publish(named('purchases', 'ordered: {{ trigger.input.arguments.item }}'));
    await errand.publish(
      flow(
        'late',
        [
          message,
          node('pause', 'wait', { for: '200ms' }),
          node('what', 'intent', { intents: [{ name: 'other', description: 'Anything else.' }] }),
          node('say', 'notify', { text: 'not reached' }),
        ],
        ['message>pause', 'pause>what', 'what>say'],
      ),
    );
    await bindings.write([
      { flow: 'purchases', account: 'hook', intent: purchase },
      { flow: 'late', account: 'hook', conversation: 'c-late' },
    ]);
    await expect.poll(() => say('buy oil', 'c-late'), { interval: 500 }).toBe('ordered: oil');
    await errand.ask('buy wine', { conversation: 'c-late', id: 'm-wine' });
    expect(toldOf('m-wine')).toEqual([expect.stringMatching(/^This takes a while/), 'ordered: wine']);
    await expect
      .poll(() => errand.run('m-wine'))
      .toMatchObject({
        status: 'answered',
        flow: { id: 'purchases' },
        intent: 'purchase',
        usage: { calls: 1 },
      });
  });

  it('is still known when its run is tried again', async () => {
    await errand.publish(named('fragile', '{{ 1 / 0 }}'));
    await bindings.write([{ flow: 'fragile', account: 'hook', intent: purchase }]);
    await expect
      .poll(() => say('buy eggs', 'c-fragile'), { interval: 500 })
      .toMatch(/^A condition or template in this flow is wrong/);
    await errand.publish(named('fragile', 'got {{ trigger.input.arguments.item }}'));
    expect(await say('/retry', 'c-fragile')).toMatch(/^Trying again/);
    const { reply } = await errand.receiver.waitFor((one) => one.reply.text === 'got eggs');
    await expect.poll(() => errand.runById(reply.runId)).toMatchObject({ intent: 'purchase' });
  });

  it('whose flow does not exist fails visibly', async () => {
    await bindings.write([{ flow: 'nowhere', account: 'hook', intent: purchase }]);
    await expect
      .poll(() => say('buy air', 'c-nowhere'), { interval: 500 })
      .toMatch(/^The flow for this conversation does not exist\. \(run /);
  });
});
