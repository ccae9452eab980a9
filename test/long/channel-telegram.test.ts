import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startTelegramServer, type TelegramServer } from '../fakes/telegram/telegram-server.ts';
import { messageUpdate, pressUpdate } from '../fakes/telegram/telegram-updates.ts';

let model: ModelServer;
let telegram: TelegramServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    latencyMs: (request) => (JSON.stringify(request.messages).includes('slow') ? 2_500 : 0),
  });
  telegram = await startTelegramServer();
  telegram.setWebhook('https://old.example/hook');
  const { botToken, url: baseUrl } = telegram;
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [{ id: 'tg', kind: 'telegram', mode: 'polling', botToken, baseUrl }],
  });
});
afterAll(async () => {
  expect(telegram.refusals).toEqual([]);
  await errand.end();
  await Promise.all([model.close(), telegram.close()]);
});

const from = (id: number) => ({ chat: { id, type: 'private' } });

describe('Telegram by polling', () => {
  it('removes the webhook that is in the way, answers, and confirms what it took', async () => {
    await expect.poll(() => telegram.polls(), { timeout: 15_000 }).toBe(1);
    telegram.push(messageUpdate('hello', from(1)), messageUpdate('again', from(1)));
    await telegram.waitFor(({ text }) => text === 'echo: again');
    expect(telegram.messages.map(({ text }) => text)).toEqual(['echo: hello', 'echo: again']);
    await expect.poll(() => telegram.pending()).toBe(0);
  });

  it('takes what comes again once', async () => {
    const update = messageUpdate('once', from(2));
    for (let times = 0; times < 3; times += 1) {
      telegram.push(update);
      await expect.poll(() => telegram.pending(), { timeout: 5_000 }).toBe(0);
    }
    telegram.push(messageUpdate('then', from(2)));
    await telegram.waitFor(({ text }) => text === 'echo: then');
    expect(telegram.messages.filter(({ chat }) => chat === '2')).toHaveLength(2);
  });

  it('shows progress in one message, and the answer in another', async () => {
    telegram.push(messageUpdate('task: slow one', from(3)));
    await telegram.waitFor(({ chat, text }) => chat === '3' && text === 'result: task: slow one', 30_000);
    const [progress, answer, ...more] = telegram.messages.filter(({ chat }) => chat === '3');
    expect(more).toEqual([]);
    expect(progress?.edited).toBeGreaterThan(0);
    expect(progress?.text).toMatch(/^How it went:/);
    expect(answer?.edited).toBe(0);
  });

  it('says it in plain words where Telegram does not take the markup, and waits as long as it asks', async () => {
    let calls = 0;
    telegram.setFail((method) => {
      if (method !== 'sendMessage') return undefined;
      calls += 1;
      if (calls === 1) return { type: 'too-many', retryAfter: 1 };
      return calls === 2
        ? { type: 'refused', code: 400, description: "Bad Request: can't parse entities" }
        : undefined;
    });
    telegram.push(messageUpdate('**plain** <b>', from(4)));
    expect(await telegram.waitFor(({ chat }) => chat === '4')).toMatchObject({ isHtml: false });
    expect(telegram.messages.filter(({ chat }) => chat === '4')).toHaveLength(1);
    telegram.setFail(undefined);
  });

  it('ends the waiting of a pressed button, whatever it stands for', async () => {
    telegram.push(
      pressUpdate('/nothing', { chat: '1', id: 1 }),
      pressUpdate('/approve abcd2345', { chat: '1', id: 1 }),
    );
    await expect
      .poll(() => telegram.calls.filter(({ method }) => method === 'answerCallbackQuery').length)
      .toBeGreaterThanOrEqual(1);
    await telegram.waitFor(({ text }) => text.includes('Nothing here waits'));
  });

  it('goes on polling after Telegram failed', async () => {
    telegram.setFail((method) => (method === 'getUpdates' ? { type: 'reset' } : undefined));
    telegram.push(messageUpdate('wake up', from(5)));
    await expect.poll(() => telegram.polls(), { timeout: 10_000 }).toBe(0);
    telegram.setFail(undefined);
    await telegram.waitFor(({ chat }) => chat === '5', 30_000);
  });

  it('never names its token', async () => {
    const response = await errand.api('/api/v1/channels/tg/test', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const text = await response.text();
    expect(text).toContain('@errand_test_bot');
    telegram.setFail((method) =>
      method === 'getMe' ? { type: 'refused', code: 401, description: 'Unauthorized' } : undefined,
    );
    const failed = await errand.api('/api/v1/channels/tg/test', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(text + (await failed.text())).not.toContain(telegram.botToken);
    telegram.setFail(undefined);
  });
});
