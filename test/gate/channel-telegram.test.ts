import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startTelegramServer, type TelegramServer } from '../fakes/telegram/telegram-server.ts';
import { mentionUpdate, messageUpdate, pressUpdate } from '../fakes/telegram/telegram-updates.ts';

const secretToken = 'secret_token-of-a-test';
let model: ModelServer;
let telegram: TelegramServer;
let errand: TestErrand;
beforeAll(async () => {
  [model, telegram] = await Promise.all([startModelServer(), startTelegramServer()]);
  const { botToken, url: baseUrl } = telegram;
  const common = { kind: 'telegram', mode: 'webhook', botToken, secretToken, baseUrl } as const;
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'tg', ...common },
      { id: 'asking', ...common, flow: 'asking' },
    ],
  });
  await errand.publish(
    flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay **5**?' }),
        node('paid', 'notify', { text: 'paid' }),
        node('kept', 'notify', { text: 'kept' }),
      ],
      ['message>ask', 'ask:approved>paid', 'ask:denied>kept'],
    ),
  );
});
afterAll(async () => {
  expect(telegram.refusals).toEqual([]);
  await errand.end();
  await Promise.all([model.close(), telegram.close()]);
});

function send(update: object, account = 'tg', secret = secretToken): Promise<Response> {
  return fetch(`${errand.url}/webhooks/${account}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
    body: JSON.stringify(update),
  });
}

describe('Telegram by webhook', () => {
  it('answers in a private chat, once however often an update comes, and shows that it types', async () => {
    const update = messageUpdate('帮我 <想> 一下');
    for (let times = 0; times < 3; times += 1) expect((await send(update)).status).toBe(200);
    await send(messageUpdate('and then'));
    await telegram.waitFor(({ text }) => text === 'echo: and then');
    expect(telegram.messages.filter(({ chat }) => chat === '42')).toMatchObject([
      { text: 'echo: 帮我 &lt;想&gt; 一下', isHtml: true },
      { text: 'echo: and then' },
    ]);
    expect(telegram.calls.map(({ method }) => method)).toContain('sendChatAction');
  });

  it('answers a mention in a group by name, and nothing that is not for it', async () => {
    const update = mentionUpdate('plan');
    await send(messageUpdate('among us', { chat: { id: -1_001, type: 'supergroup' } }));
    await send(update);
    expect(await telegram.waitFor(({ chat }) => chat === '-1001')).toMatchObject({
      text: '<a href="tg://user?id=42">Ada</a> echo: plan',
      answers: update.message.message_id,
    });
    expect(telegram.messages.filter(({ chat }) => chat === '-1001')).toHaveLength(1);
  });

  it('asks with buttons, and goes on when one is pressed', async () => {
    await send(messageUpdate('buy it', { chat: { id: 43, type: 'private' } }), 'asking');
    const question = await telegram.waitFor(({ buttons }) => buttons.length > 0);
    expect(question.text).toContain('Pay <b>5</b>?');
    const response = await send(pressUpdate(question.buttons[0]?.callback_data ?? '', question), 'asking');
    expect(await response.json()).toMatchObject({ method: 'answerCallbackQuery' });
    await telegram.waitFor(({ chat, text }) => chat === '43' && text === 'paid');
  });

  it('believes nobody without the secret', async () => {
    expect((await send(messageUpdate('forged'), 'tg', 'wrong')).status).toBe(401);
  });
});
