import { afterEach, beforeEach, expect, it } from 'vitest';
import { telegramAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { startTelegramServer, type TelegramServer } from '../../test/fakes/telegram/telegram-server.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { AccountCheck } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import { check } from './check.ts';

let server: TelegramServer;
const egress = createEgress({ allow: [] });
const here = 'https://errand.example/webhooks/tg';

beforeEach(async () => {
  server = await startTelegramServer();
});
afterEach(async () => {
  expect(server.refusals).toEqual([]);
  await server.close();
});

function checks(change: Partial<TelegramAccount> = {}, callbackUrl = here): Promise<AccountCheck[]> {
  const { botToken, url: baseUrl } = server;
  const account = telegramAccount.parse({
    ...{ id: 'tg', kind: 'telegram', mode: 'webhook', botToken, secretToken: 'a-secret', baseUrl },
    ...change,
  });
  return check(account, { egress, tokens: new AccessTokens(), now: Date.now(), callbackUrl });
}

const webhookCheck = async (...given: Parameters<typeof checks>) =>
  (await checks(...given)).find(({ name }) => name === 'webhook');

it('tells Telegram where to call, with the secret, when nobody did', async () => {
  expect(await webhookCheck()).toMatchObject({ ok: true, detail: expect.stringContaining(here) });
  expect(server.calls.at(-1)).toEqual({
    method: 'setWebhook',
    body: { url: here, secret_token: 'a-secret', allowed_updates: ['message', 'callback_query'] },
  });
  server.calls.length = 0;
  expect(await webhookCheck()).toMatchObject({ ok: true, detail: expect.stringContaining('0 updates wait') });
  expect(server.calls.map(({ method }) => method)).not.toContain('setWebhook');
});

it('tells it again when the host or the secret is another, and takes it from nobody else', async () => {
  server.setWebhook('https://old.example/webhooks/tg');
  await checks();
  expect(server.webhook()).toBe(here);
  server.setWebhook(here, 'Wrong response from the webhook: 401 Unauthorized');
  await checks();
  expect(server.calls.at(-1)?.method).toBe('setWebhook');
  server.setWebhook('https://other.example/bot');
  expect(await webhookCheck()).toMatchObject({ ok: false, detail: expect.stringContaining('other.example') });
  expect(server.webhook()).toBe('https://other.example/bot');
});

it('says what is in the way', async () => {
  expect(await webhookCheck({}, 'http://127.0.0.1/webhooks/tg')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('PUBLIC_URL'),
  });
  server.setWebhook('https://other.example/bot');
  expect(await webhookCheck({ mode: 'polling' })).toMatchObject({ ok: false });
  server.setWebhook('');
  expect(await webhookCheck({ mode: 'polling' })).toMatchObject({ ok: true });
  const all = await checks({ username: 'another_bot', groups: { requireMention: false, scope: 'chat' } });
  expect(all.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['username', 'groups']);
});

it('says that a token is no good, and does not name it', async () => {
  server.setFail(() => ({ type: 'refused', code: 401, description: 'Unauthorized' }));
  const all = await checks();
  expect(all).toMatchObject([{ name: 'bot token', ok: false, detail: expect.stringContaining('BotFather') }]);
  expect(JSON.stringify(all)).not.toContain(server.botToken.slice(7));
});
