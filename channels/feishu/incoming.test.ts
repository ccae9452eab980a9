import { describe, expect, it } from 'vitest';
import { feishuAccount } from '../../contracts/accounts.ts';
import { messageEventOf, pressEventOf, type SaidMessage } from '../../test/fakes/feishu/events.ts';
import type { ParsedMessage } from '../channel.ts';
import { readEvent } from './incoming.ts';

const appId = 'cli_0123456789abcdef';
const origin = { appId, verificationToken: 'the-token', now: 1_800_000_000_000 };
const account = (change: object = {}) =>
  feishuAccount.parse({ id: 'fs', kind: 'feishu', appId, appSecret: 's', ...change });

function message(event: object, change: object = {}, bot?: string): ParsedMessage {
  const incoming = readEvent(event, account(change), bot);
  if (incoming.type !== 'message') throw new Error(JSON.stringify(incoming));
  return incoming.message;
}

const said = (one: SaidMessage, change: object = {}, bot?: string) =>
  message(messageEventOf(one, origin), change, bot);
const inGroup = (one: SaidMessage, change: object = {}, bot?: string) =>
  said({ chat: 'oc_group', chatType: 'group', ...one }, change, bot);

const bot = { key: '@_user_1', name: 'Errand', openId: 'ou_bot', type: 'bot' as const };

describe('a message', () => {
  it('in a direct chat is for the account, and is answered there', () => {
    expect(said({ id: 'om_1', text: '帮我安排一周' })).toMatchObject({
      id: 'om_1',
      text: '帮我安排一周',
      language: 'zh',
      sender: { id: 'ou_ada' },
      chat: { id: 'oc_direct', type: 'direct' },
      mentioned: true,
      replyTo: { chat: 'oc_direct', message: 'om_1' },
    });
  });

  it('in a group is for the account when it is mentioned', () => {
    expect(inGroup({ text: 'lunch?' }).mentioned).toBe(false);
    expect(inGroup({ text: '@_user_1 lunch?', mentions: [bot] })).toMatchObject({
      mentioned: true,
      text: 'lunch?',
    });
    const colleague = { key: '@_user_1', name: 'Bob', openId: 'ou_bob', type: 'user' as const };
    expect(inGroup({ text: '@_user_1 lunch?', mentions: [colleague] })).toMatchObject({
      mentioned: false,
      text: '@Bob lunch?',
    });
    expect(inGroup({ text: '@_all lunch?' })).toMatchObject({ mentioned: false, text: '@all lunch?' });
  });

  it('that mentions another bot is not for this one, as soon as it knows itself', () => {
    const other = { ...bot, name: 'Other', openId: 'ou_other' };
    expect(inGroup({ text: '@_user_1 hi', mentions: [other] }, {}, 'ou_bot')).toMatchObject({
      mentioned: false,
      text: '@Other hi',
    });
    expect(inGroup({ text: '@_user_1 hi', mentions: [bot] }, {}, 'ou_bot').mentioned).toBe(true);
  });

  it('names each of more than ten people who are mentioned', () => {
    const mentions = Array.from({ length: 11 }, (_, index) => ({
      key: `@_user_${index + 1}`,
      name: 'abcdefghijk'.charAt(index),
      openId: `ou_${index + 1}`,
      type: 'user' as const,
    }));
    const text = '@_user_1@_user_10 @_user_11';
    expect(inGroup({ text, mentions }).text).toBe('@a@j @k');
    // A zero that was typed right after the first mention.
    expect(inGroup({ text: '@_user_10', mentions: mentions.slice(0, 1) }).text).toBe('@a0');
  });

  it('does not take a name for a mention', () => {
    const mentions = [
      { key: '@_user_1', name: '@_user_2', openId: 'ou_1', type: 'user' as const },
      { key: '@_user_2', name: '$&', openId: 'ou_2', type: 'user' as const },
    ];
    expect(inGroup({ text: '@_user_1 @_user_2', mentions }).text).toBe('@@_user_2 @$&');
  });

  it('belongs to the topic that it is in, or begins one', () => {
    expect(inGroup({ id: 'om_2', root: 'om_1', parent: 'om_1', thread: 'omt_1' })).toMatchObject({
      chat: { id: 'oc_group', type: 'group', topic: 'om_1' },
      quotes: 'om_1',
      replyTo: { message: 'om_2', thread: true, group: true, topic: 'om_1' },
    });
    expect(inGroup({ id: 'om_3' }).chat.topic).toBe('om_3');
    expect(inGroup({ id: 'om_3' }).replyTo).not.toHaveProperty('thread');
    expect(inGroup({ id: 'om_3' }, { groups: { scope: 'topic' } }).replyTo).toMatchObject({ thread: true });
  });

  it('from a bot is said to be so', () => {
    expect(said({ text: 'hi', senderType: 'app' }).fromBot).toBe(true);
    expect(said({ text: 'hi' }).fromBot).toBeUndefined();
  });

  it('of rich text is read as markdown, with what is in it', () => {
    const content = {
      title: 'Trip',
      content: [
        [
          { tag: 'text', text: 'See ' },
          { tag: 'a', text: 'the plan', href: 'https://example.com/p' },
          { tag: 'at', user_id: '@_user_1', user_name: 'Errand' },
        ],
        [{ tag: 'img', image_key: 'img_1' }],
        [{ tag: 'code_block', language: 'PYTHON', text: 'print(1)' }],
        [
          { tag: 'media', file_key: 'file_2', image_key: 'img_2' },
          { tag: 'emotion', emoji_type: 'SMILE' },
        ],
        [{ tag: 'something-new' }],
      ],
    };
    const read = inGroup({ id: 'om_p', type: 'post', content, mentions: [bot] });
    expect(read.text).toBe(
      'Trip\nSee [the plan](https://example.com/p)\n\n\n```python\nprint(1)\n```\n\n[SMILE]',
    );
    expect(read.mentioned).toBe(true);
    expect(read.attachments).toEqual([
      { kind: 'image', source: { message: 'om_p', key: 'img_1', type: 'image' } },
      { kind: 'video', source: { message: 'om_p', key: 'file_2', type: 'file' } },
    ]);
    expect(
      said({ type: 'post', content: { zh_cn: { content: [[{ tag: 'text', text: '你好' }]] } } }).text,
    ).toBe('你好');
  });

  it.each([
    ['image', { image_key: 'k' }, { kind: 'image', source: { message: 'om_f', key: 'k', type: 'image' } }],
    [
      'file',
      { file_key: 'k', file_name: 'a.pdf' },
      { kind: 'file', name: 'a.pdf', source: { message: 'om_f', key: 'k', type: 'file' } },
    ],
    [
      'audio',
      { file_key: 'k', duration: 2000 },
      { kind: 'audio', source: { message: 'om_f', key: 'k', type: 'file' } },
    ],
    [
      'media',
      { file_key: 'k', image_key: 'i', file_name: 'v.mp4' },
      { kind: 'video', name: 'v.mp4', source: { message: 'om_f', key: 'k', type: 'file' } },
    ],
  ])('that is only an attachment of type %s says nothing', (type, content, attachment) => {
    expect(said({ id: 'om_f', type, content })).toMatchObject({
      text: '',
      language: 'zh',
      attachments: [attachment],
    });
  });

  it('of a type that cannot be read says its type, in the language of the account', () => {
    expect(said({ type: 'sticker', content: { file_key: 'k' } })).toMatchObject({
      text: '[sticker]',
      language: 'zh',
    });
    expect(said({ type: 'hongbao', content: 'not JSON' }, { domain: 'lark' })).toMatchObject({
      text: '[hongbao]',
      language: 'en',
    });
    expect(said({ type: 'text', content: { other: 1 } }).text).toBe('[text]');
    expect(
      said({ type: 'location', content: { name: 'West Lake', longitude: '120.1', latitude: '30.2' } }).text,
    ).toBe('West Lake (30.2, 120.1)');
  });

  it('is cut to what can be kept', () => {
    expect(said({ text: `${'x'.repeat(40_000)}` }).text).toHaveLength(32_000);
    expect(said({ text: 'a\u0000b' }).text).toBe('a\uFFFDb');
  });

  it('is kept for diagnosis without its token', () => {
    const { raw } = said({ text: 'hi' });
    expect(raw).toMatchObject({ header: { event_type: 'im.message.receive_v1' }, event: { sender: {} } });
    expect(JSON.stringify(raw)).not.toContain('the-token');
  });
});

describe('a pressed button', () => {
  const press = (value: unknown) =>
    pressEventOf({ value, message: 'om_card', chat: 'oc_group', person: 'ou_bob' }, origin);

  it('is the command that it stands for, in the conversation that asked', () => {
    const value = {
      decision: 'approve',
      approval: 'abcd2345',
      language: 'en',
      group: true,
      thread: true,
      topic: 'om_1',
    };
    const incoming = readEvent(press(value), account());
    expect(incoming).toMatchObject({
      type: 'message',
      message: {
        sender: { id: 'ou_bob' },
        text: '/approve abcd2345',
        language: 'en',
        pressed: true,
        mentioned: true,
        chat: { id: 'oc_group', type: 'group', topic: 'om_1' },
        replyTo: { chat: 'oc_group', message: 'om_card', thread: true, group: true, topic: 'om_1' },
      },
      answer: { toast: { type: 'info', i18n: { zh_cn: '已收到。' } } },
    });
    const { raw } = message(press(value));
    expect(raw).not.toHaveProperty('event.token');
  });

  it.each([[undefined], ['approve'], [{ decision: 'approve' }], [{ decision: 'run', approval: 'abcd2345' }]])(
    'whose value is %j is none of ours',
    (value) => {
      expect(readEvent(JSON.parse(JSON.stringify(press(value))), account())).toMatchObject({
        type: 'ignored',
      });
    },
  );
});
