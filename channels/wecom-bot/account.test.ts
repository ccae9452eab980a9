import { describe, expect, it } from 'vitest';
import { wecomBotAccount } from '../../contracts/index.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import type { BotAccount } from './account.ts';
import { wecomBot } from './index.ts';

const { token, encodingAesKey } = vector;

function account(change: Partial<BotAccount> = {}): BotAccount {
  const base = { id: 'wcbot', kind: 'wecom-bot', mode: 'webhook', botId: 'aib1', token, encodingAesKey };
  return wecomBotAccount.parse({ ...base, ...change });
}

describe('problems', () => {
  it('are those of the mode', () => {
    expect(wecomBot.problems(account())).toEqual([]);
    expect(wecomBot.problems(account({ token: '', encodingAesKey: 'hunter22' })).join()).not.toContain(
      'hunter22',
    );
    expect(wecomBot.problems(account({ token: '', encodingAesKey: 'hunter22' }))).toHaveLength(2);
    expect(wecomBot.problems(account({ mode: 'connection', botId: undefined }))).toHaveLength(2);
    expect(wecomBot.problems(account({ mode: 'connection', secret: 's' }))).toEqual([]);
  });
});

describe('addressOf', () => {
  it('finds a chat again over a connection, and nobody by callback', () => {
    const connected = account({ mode: 'connection', secret: 's' });
    expect(wecomBot.addressOf(connected, { chat: 'group:wr123' })).toEqual({ chat: 'group:wr123' });
    expect(() => wecomBot.addressOf(connected, { chat: 'wr123' })).toThrow('no chat');
    expect(() => wecomBot.addressOf(account(), { chat: 'user:ada' })).toThrow('only answers');
  });
});
