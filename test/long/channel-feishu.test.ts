import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type FakeFeishu, startFakeFeishu } from '../fakes/feishu/index.ts';
import { type ChatRequest, type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';

/** Slower than progress takes to be shown. */
const slowMs = 5_000;

let model: ModelServer;

/** Too much for one message. */
const words = Array.from({ length: 12_000 }, (_, index) => `w${index}🙂`);

beforeAll(async () => {
  model = await startModelServer({
    behaviour: (request) =>
      saidIn(request).includes('everything')
        ? JSON.stringify({ intent: 'chat', text: words.join(' ') })
        : behave(request),
    latencyMs: (request) => (saidIn(request).includes('task:') ? slowMs : 0),
  });
});
afterAll(() => model.close());

function start(platform: FakeFeishu, settings: object): Promise<TestErrand> {
  return startTestErrand({
    models: [model.endpoint],
    channels: [{ ...platform.account, id: 'fs', ...settings }],
  });
}

function saidIn({ messages }: ChatRequest): string {
  return String(messages.at(-1)?.content ?? '');
}

function isAnswerTo(id: string) {
  return ({ repliesTo, type }: { repliesTo?: string; type: string }) =>
    repliesTo === id && type !== 'interactive';
}

describe('an account with a long connection', () => {
  let platform: FakeFeishu;
  let errand: TestErrand;

  beforeAll(async () => {
    platform = await startFakeFeishu();
    platform.connections.settings.PingInterval = 6;
    errand = await start(platform, { mode: 'connection', flow: 'asking' });
    await errand.publish(
      flow(
        'asking',
        [
          message,
          node('ask', 'approval', { text: 'Pay {{ trigger.text }}?' }),
          node('yes', 'notify', { text: 'paid, {{ nodes.ask.output.by }}' }),
          node('no', 'notify', { text: 'not paid, {{ nodes.ask.output.by }}' }),
        ],
        ['message>ask', 'ask:approved>yes', 'ask:denied>no'],
      ),
    );
    await platform.connections.waitForClients(1);
  });
  afterAll(async () => {
    await errand.end();
    await platform.close();
  });

  it.each([
    ['Approve', 'Ada', 'paid, ou_ada'],
    ['Deny', 'Bob', 'not paid, ou_ada'],
    ['批准', '房租', 'paid, ou_ada'],
  ])('has an order decided by the button %s', async (label, text, result) => {
    const id = `om_${label}`;
    const chat = `oc_${label}`;
    expect(await platform.say({ id, text, chat })).toMatchObject({ code: 200 });
    const card = await platform.messages.waitFor((one) => one.repliesTo === id && one.buttons.length === 2);
    expect(card.text).toContain(`Pay ${text}?`);
    expect(await platform.press({ message: card.id, label })).toMatchObject({
      code: 200,
      data: { toast: {} },
    });
    await platform.messages.waitFor((one) => one.chat === chat && one.text.includes(result));
  });

  it('has one decided in a thread of a group, by somebody else there', async () => {
    const mention = { key: '@_user_1', name: 'Errand', openId: platform.app.botOpenId, type: 'bot' as const };
    await platform.say({
      id: 'om_in_thread',
      root: 'om_root',
      thread: 'omt_1',
      chat: 'oc_group',
      chatType: 'group',
      text: '@_user_1 Eve',
      mentions: [mention],
    });
    const card = await platform.messages.waitFor(
      (one) => one.repliesTo === 'om_in_thread' && one.buttons.length > 0,
    );
    expect(card.thread).toBe('om_root');
    await platform.press({ message: card.id, label: 'Approve', person: 'ou_bob' });
    const answer = await platform.messages.waitFor(
      (one) => one.chat === 'oc_group' && one.text.includes('paid, ou_bob'),
    );
    expect(answer.thread).toBe('om_root');
    expect(answer.text).toContain('@ou_ada');
  });

  it('is connected again when the platform says nothing any more', async () => {
    const { opened } = platform.connections;
    platform.connections.isStalled = true;
    await expect.poll(() => platform.connections.opened, { timeout: 20_000 }).toBeGreaterThan(opened);
    platform.connections.isStalled = false;
    await platform.connections.waitForClients(1);
    await platform.say({ id: 'om_stalled', text: 'Kim', chat: 'oc_stalled' });
    await platform.messages.waitFor((one) => one.repliesTo === 'om_stalled');
  });

  it('is connected again after the platform dropped it', async () => {
    const { opened } = platform.connections;
    platform.connections.drop();
    await expect.poll(() => platform.connections.opened, { timeout: 15_000 }).toBeGreaterThan(opened);
    await platform.connections.waitForClients(1);
    await platform.say({ id: 'om_again', text: 'Zoe', chat: 'oc_again' });
    await platform.messages.waitFor((one) => one.repliesTo === 'om_again');
  });

  it('was never sent what the platform does not take', () => {
    expect(platform.rest.refusals).toEqual([]);
  });
});

describe('an account with callbacks', () => {
  let platform: FakeFeishu;
  let errand: TestErrand;
  let callback: string;

  beforeAll(async () => {
    platform = await startFakeFeishu();
    errand = await start(platform, { mode: 'webhook', domain: 'lark' });
    callback = `${errand.url}/webhooks/fs`;
  });
  afterEach(() => {
    platform.setFault(undefined);
  });
  afterAll(async () => {
    await errand.end();
    await platform.close();
  });

  const answered = (id: string) => platform.messages.waitFor(isAnswerTo(id));
  const answersTo = (id: string) => platform.messages.all.filter(({ repliesTo }) => repliesTo === id);

  it('is believed by its verification token', async () => {
    expect((await platform.sayTo(callback, { id: 'om_plain', text: 'hello', chat: 'oc_plain' })).status).toBe(
      200,
    );
    expect((await answered('om_plain')).text).toBe('echo: hello');
  });

  it.each([
    ['a limit', { type: 'status', value: 429, headers: { 'x-ogw-ratelimit-reset': '1' } }],
    ['a limit of the chat', { type: 'code', value: 230020 }],
    ['a failure', { type: 'status', value: 503 }],
    ['a failure after it was taken', { type: 'status', value: 502, isTaken: true }],
    ['a reset after it was taken', { type: 'reset', isTaken: true }],
    ['no answer after it was taken', { type: 'hang', isTaken: true }],
    ['an expired token', { type: 'code', value: 99991663 }],
  ] as const)('says an answer once in spite of %s', async (name, fault) => {
    const id = `om_${name.replaceAll(' ', '_')}`;
    let left = 1;
    platform.setFault(({ path }) => (path.endsWith(`${id}/reply`) && left-- > 0 ? { ...fault } : undefined));
    await platform.sayTo(callback, { id, text: 'hello', chat: `oc_${id}` });
    await answered(id);
    await expect.poll(() => left).toBeLessThanOrEqual(0);
    platform.setFault(undefined);
    await platform.sayTo(callback, { id: `${id}_next`, text: 'next', chat: `oc_${id}` });
    await answered(`${id}_next`);
    expect(answersTo(id)).toHaveLength(1);
  });

  it('says an answer of 100 KB whole and in order', async () => {
    await platform.sayTo(callback, { id: 'om_long', text: 'tell me everything', chat: 'oc_long' });
    await platform.messages.waitFor(({ chat, text }) => chat === 'oc_long' && text.includes('w11999'));
    const said = platform.messages
      .saidIn('oc_long')
      .map(({ text }) => text)
      .join(' ');
    expect(said.match(/w\d+🙂/g)).toEqual(words);
  });

  it('shows the progress of a task in one card', async () => {
    await platform.sayTo(callback, { id: 'om_task', text: 'task: compare three places', chat: 'oc_task' });
    const card = await platform.messages.waitFor(
      ({ repliesTo, type }) => repliesTo === 'om_task' && type === 'interactive',
    );
    await platform.messages.waitFor(
      ({ chat, text }) => chat === 'oc_task' && text.includes('result:'),
      120_000,
    );
    expect(card.earlier.length).toBeGreaterThan(0);
    expect(platform.messages.saidIn('oc_task').filter(({ type }) => type === 'interactive')).toHaveLength(1);
  });

  it('was never sent what the platform does not take', () => {
    const others = platform.rest.refusals.filter((refusal) => !refusal.includes('99991663'));
    expect(others).toEqual([]);
  });
});
