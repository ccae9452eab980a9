import { describe, expect, it } from 'vitest';
import type { ParsedMessage } from '../channel.ts';
import { verdictOn } from './policy.ts';

const open = {
  groups: { requireMention: true, scope: 'chat' as const },
  allowFrom: undefined,
  pairing: false,
  administrators: ['boss'],
};
const accounts = {
  'everybody may write': open,
  'groups need no mention': { ...open, groups: { ...open.groups, requireMention: false } },
  'some may write': { ...open, allowFrom: ['ann'] },
  'nobody may write': { ...open, allowFrom: [] },
  'who is let in may write': { ...open, pairing: true },
  'some, and who is let in, may write': { ...open, allowFrom: ['ann'], pairing: true },
};

const chats = {
  direct: { chat: { id: 'c', type: 'direct' }, mentioned: true },
  'a group': { chat: { id: 'c', type: 'group' }, mentioned: false },
  'a group, mentioned': { chat: { id: 'c', type: 'group' }, mentioned: true },
  'a group, by a button': { chat: { id: 'c', type: 'group' }, mentioned: false, pressed: true },
  'direct, by a bot': { chat: { id: 'c', type: 'direct' }, mentioned: true, fromBot: true },
  'a group, by a bot that mentions': { chat: { id: 'c', type: 'group' }, mentioned: true, fromBot: true },
} as const satisfies Record<string, Pick<ParsedMessage, 'chat' | 'mentioned' | 'pressed' | 'fromBot'>>;

const take = 'take';
const noMention = /does not mention/;
const bot = /a bot wrote it/;
const notListed = /not in allowFrom/;
const mayAsk = { type: 'stranger', mayAsk: true };
const mayNotAsk = { type: 'stranger', mayAsk: false };

describe('the policies', () => {
  it.each([
    ['everybody may write', 'direct', 'cat', take],
    ['everybody may write', 'a group', 'cat', noMention],
    ['everybody may write', 'a group', 'boss', noMention],
    ['everybody may write', 'a group, mentioned', 'cat', take],
    ['everybody may write', 'a group, by a button', 'cat', take],
    ['everybody may write', 'direct, by a bot', 'cat', bot],
    ['everybody may write', 'a group, by a bot that mentions', 'boss', bot],
    ['groups need no mention', 'a group', 'cat', take],
    ['groups need no mention', 'a group, by a bot that mentions', 'cat', bot],
    ['some may write', 'direct', 'ann', take],
    ['some may write', 'direct', 'Ann', notListed],
    ['some may write', 'direct', 'cat', notListed],
    ['some may write', 'direct', 'boss', take],
    ['some may write', 'a group, mentioned', 'ann', take],
    ['some may write', 'a group, mentioned', 'cat', notListed],
    ['some may write', 'a group, by a button', 'cat', notListed],
    ['nobody may write', 'direct', 'cat', notListed],
    ['nobody may write', 'direct', 'boss', take],
    ['who is let in may write', 'direct', 'cat', mayAsk],
    ['who is let in may write', 'direct', 'boss', take],
    ['who is let in may write', 'a group, mentioned', 'cat', mayNotAsk],
    ['who is let in may write', 'a group', 'cat', noMention],
    ['who is let in may write', 'direct, by a bot', 'cat', bot],
    ['some, and who is let in, may write', 'direct', 'ann', take],
    ['some, and who is let in, may write', 'direct', 'cat', mayAsk],
  ] as const)('where %s: %s, from %s', (name, place, id, expected) => {
    const verdict = verdictOn(accounts[name], { ...chats[place], sender: { id } });
    if (expected instanceof RegExp) {
      expect(verdict).toEqual({ type: 'ignore', reason: expect.stringMatching(expected) });
    } else expect(verdict).toEqual(expected === take ? { type: 'take' } : expected);
  });
});
