import { afterEach, beforeEach, expect, it } from 'vitest';
import { wecomBotAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { wecomAccounts } from '../../test/fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../../test/fakes/wecom/server.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { BotAccount } from './account.ts';
import { check } from './check.ts';

let server: WecomServer;
const egress = createEgress({ allow: [] });

beforeEach(async () => {
  server = await startWecomServer();
});
afterEach(() => server.close());

function checked(mode: 'calledBot' | 'connectedBot', change: Partial<BotAccount> = {}) {
  const account = wecomBotAccount.parse({ id: 'b-checked', ...wecomAccounts(server)[mode], ...change });
  return check(account, { egress, tokens: new AccessTokens(), now: Date.now() });
}

it('finds the gateway without taking the connection away from whoever holds it', async () => {
  expect(await checked('connectedBot')).toMatchObject([{ name: 'connection', ok: true }]);
  expect(server.bot.subscriptions).toBe(0);
});

it('says when the gateway, or the API, cannot be reached', async () => {
  expect(await checked('connectedBot', { wsUrl: 'ws://127.0.0.1:9' })).toMatchObject([{ ok: false }]);
  expect(await checked('calledBot', { baseUrl: 'http://127.0.0.1:9' })).toMatchObject([{ ok: false }]);
});

it('finds the API that takes the answers', async () => {
  expect(await checked('calledBot')).toMatchObject([{ name: 'answers', ok: true }]);
});
