import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { openAnswer } from '../fakes/wecom/callbacks.ts';
import {
  botPress,
  botSecrets,
  botText,
  callBot,
  pressInBot,
  wecomAccounts,
  writeToBot,
} from '../fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../fakes/wecom/server.ts';

const patient = { timeout: 60_000, interval: 50 };
let model: ModelServer;
let errand: TestErrand;
/** The fake vendor of the connected bot, and that of the bot that is called back. */
let connected: WecomServer;
let called: WecomServer;

beforeAll(async () => {
  model = await startModelServer();
  [connected, called] = await Promise.all([startWecomServer(), startWecomServer()]);
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'wcbot-long', flow: 'asking', ...wecomAccounts(connected).connectedBot },
      { id: 'wcbot-called', flow: 'asking', ...wecomAccounts(called).calledBot },
    ],
  });
  await errand.publish({
    ...flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay {{ trigger.text }}?' }),
        node('echo', 'notify', { text: 'heard: {{ trigger.text }}' }),
        node('yes', 'notify', { text: 'paid' }),
        node('no', 'notify', { text: 'not paid' }),
      ],
      [],
    ),
    edges: [
      { from: 'message', to: 'ask', when: "trigger.text.startsWith('pay')" },
      { from: 'message', to: 'echo', when: "!trigger.text.startsWith('pay')" },
      { from: 'ask', on: 'approved', to: 'yes' },
      { from: 'ask', on: 'denied', to: 'no' },
    ],
  });
  await vi.waitUntil(() => connected.bot.isLive, patient);
});
afterEach(() => {
  connected.bot.fail = () => undefined;
  called.setFail(() => undefined);
});
afterAll(async () => {
  await errand.end();
  await Promise.all([connected.close(), called.close()]);
  await model.close();
});

let next = 0;
const somebody = () => `user-${next++}`;

describe('a connected bot', () => {
  const contents = (chat: string) => expect.poll(() => connected.seen.contents(chat), patient);

  it('answers in a message of its own once the stream of a question is over', async () => {
    const user = somebody();
    connected.bot.fail = (cmd) =>
      cmd === 'aibot_respond_msg' ? { type: 'refuse', errcode: 846608 } : undefined;
    writeToBot(connected, 'hello', { user });
    await expect
      .poll(() => connected.seen.in(user), patient)
      .toMatchObject([{ type: 'markdown', content: 'heard: hello', by: 'connection' }]);
  });

  it('answers again what was not acknowledged, in the same message', async () => {
    const user = somebody();
    let failed = false;
    connected.bot.fail = (cmd) => {
      if (cmd !== 'aibot_respond_msg' || failed) return undefined;
      failed = true;
      return { type: 'silence' };
    };
    writeToBot(connected, 'hello', { user });
    await contents(user).toEqual(['heard: hello']);
    expect(failed).toBe(true);
  });

  it('connects again when the connection broke, and answers what came before', async () => {
    const user = somebody();
    const before = connected.bot.subscriptions;
    let cut = false;
    connected.bot.fail = (cmd) => {
      if (cmd !== 'aibot_respond_msg' || cut) return undefined;
      cut = true;
      connected.bot.cut();
      return { type: 'silence' };
    };
    writeToBot(connected, 'hello', { user });
    await contents(user).toEqual(['heard: hello']);
    await expect.poll(() => connected.bot.subscriptions, patient).toBeGreaterThan(before);
    await expect.poll(() => connected.bot.isLive, patient).toBe(true);
  });

  it('says what is longer than a stream in further messages, in order', async () => {
    const user = somebody();
    const text = Array.from({ length: 20 }, (_, index) => `${index} ${'长文'.repeat(700)}。`).join('\n\n');
    writeToBot(connected, text, { user });
    const sizeOf = (parts: string[]) => parts.join('').replace(/\s/g, '').length;
    await expect.poll(() => sizeOf(connected.seen.contents(user)), patient).toBe(sizeOf([`heard: ${text}`]));
    expect(connected.seen.in(user).map(({ type }) => type)).toEqual([
      'stream',
      'markdown',
      'markdown',
      'markdown',
      'markdown',
    ]);
  }, 90_000);

  it('asks by buttons, and its card says what was pressed', async () => {
    const user = somebody();
    writeToBot(connected, 'pay Ada', { user });
    const cardOf = () => connected.seen.in(user).find(({ type }) => type === 'card');
    await expect
      .poll(() => cardOf()?.buttons, patient)
      .toMatchObject({ Approve: expect.stringContaining('approve:') });
    pressInBot(connected, cardOf()?.taskId ?? '', cardOf()?.buttons?.Deny ?? '', { user });
    await expect.poll(() => connected.seen.contents(user), patient).toContain('not paid');
    expect(Object.keys(cardOf()?.buttons ?? {})).toEqual(['Sent: deny']);
  });

  it('answers once what comes twice', async () => {
    const user = somebody();
    const msgId = 'twice-1';
    writeToBot(connected, 'once', { user, msgId });
    writeToBot(connected, 'once', { user, msgId });
    writeToBot(connected, 'the next', { user });
    await contents(user).toEqual(['heard: once', 'heard: the next']);
  });

  it('did nothing that the platform had to refuse', () => {
    expect(connected.bot.refusals).toEqual([]);
  });
});

describe('a bot that is called back', () => {
  const url = () => `${errand.url}/webhooks/wcbot-called`;

  it('answers by the address that came with the question, and the callback with nothing', async () => {
    const user = somebody();
    const response = await callBot(url(), botText(called, 'hello', { user }));
    expect([response.status, await response.text()]).toEqual([200, '']);
    await expect
      .poll(() => called.seen.in(user), patient)
      .toMatchObject([{ type: 'markdown', content: 'heard: hello', by: 'response_url' }]);
  });

  it('uses an address once, though nobody heard that it did', async () => {
    const user = somebody();
    const { length: before } = called.calls;
    called.setFail(({ path }) =>
      path === '/cgi-bin/aibot/response' && called.calls.length === before + 1
        ? { type: 'after-delivery', status: 502 }
        : undefined,
    );
    await callBot(url(), botText(called, 'hello', { user }));
    await expect.poll(() => called.calls.length, patient).toBe(before + 2);
    await callBot(url(), botText(called, 'and now', { user }));
    await expect.poll(() => called.seen.contents(user), patient).toEqual(['heard: hello', 'heard: and now']);
  });

  it('keeps as a dead letter what there is no address left for', async () => {
    const user = somebody();
    await callBot(url(), botText(called, 'pay Ada', { user }));
    const asked = () => /\/approve (\w{8})/.exec(called.seen.contents(user).join())?.[1];
    await expect.poll(asked, patient).toBeDefined();
    await callBot(url(), botText(called, `/approve ${asked()}`, { user }));
    // Two things are to be said, that it was approved and that it was paid, and one address is left.
    const letters = async () => JSON.stringify(await (await errand.api('/api/v1/dead-letters')).json());
    await expect.poll(letters, patient).toContain(`user:${user}`);
    expect(called.seen.in(user)).toHaveLength(2);
  });

  it('shows another card where a button was pressed', async () => {
    const response = await callBot(
      url(),
      botPress(called, 'errand-1', 'approve:abcd2345:zh', { user: somebody() }),
    );
    const { encrypt, msgsignature, timestamp, nonce } = z
      .object({ encrypt: z.string(), msgsignature: z.string(), timestamp: z.number(), nonce: z.string() })
      .parse(await response.json());
    const inner = openAnswer(botSecrets, {
      encrypted: encrypt,
      signature: msgsignature,
      timestamp: String(timestamp),
      nonce,
    });
    expect(inner).toContain('已提交：批准');
  });
});
