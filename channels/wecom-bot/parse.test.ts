import { describe, expect, it } from 'vitest';
import { type JsonObject, wecomBotAccount } from '../../contracts/index.ts';
import { parse } from './parse.ts';

const account = wecomBotAccount.parse({ id: 'wcbot', kind: 'wecom-bot', mode: 'webhook', botId: 'aib1' });
const said = { msgid: 'm1', aibotid: 'aib1', chattype: 'single', from: { userid: 'ada' } };

function parsed(change: JsonObject) {
  return parse({ ...said, msgtype: 'text', ...change }, account, 0);
}

function messageOf(change: JsonObject) {
  const result = parsed(change);
  if (result.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

describe('what people send', () => {
  it('is kept as far as it can be when it is too long', () => {
    expect(messageOf({ text: { content: 'x'.repeat(40_000) } }).text).toHaveLength(32_000);
  });

  it.each([
    ['@Robot ask @ada about it', '@Robot ask @ada about it'],
    ['write to a@b.example', 'write to a@b.example'],
    ['@Robot', '@Robot'],
    ['@Robot\u2005/status', '/status'],
  ])('is read in a group without the mention of the bot: %s', (content, expected) => {
    expect(messageOf({ chattype: 'group', chatid: 'wr123', text: { content } }).text).toBe(expected);
  });

  it.each(['image', 'file', 'video'])('is an attachment when it is of the type %s', (msgtype) => {
    expect(messageOf({ msgtype, [msgtype]: { url: 'https://cos.example/1', aeskey: 'a2V5' } })).toMatchObject(
      {
        text: '',
        language: 'zh',
        attachments: [{ kind: msgtype, source: { url: 'https://cos.example/1', aeskey: 'a2V5' } }],
      },
    );
  });

  it('has its words and its pictures when it is mixed', () => {
    const items: JsonObject[] = [
      { msgtype: 'text', text: { content: 'what is' } },
      { msgtype: 'image', image: { url: 'https://cos.example/2' } },
      { msgtype: 'text', text: { content: 'this?' } },
    ];
    expect(messageOf({ msgtype: 'mixed', mixed: { msg_item: items } })).toMatchObject({
      text: 'what is\nthis?',
      attachments: [{ kind: 'image', source: { url: 'https://cos.example/2' } }],
    });
  });

  it('is its words when it was spoken', () => {
    expect(messageOf({ msgtype: 'voice', voice: { content: '你好' } })).toMatchObject({
      text: '你好',
      language: 'zh',
    });
  });

  it('has before it what it answers to, but not before a command', () => {
    const quote = { msgtype: 'text', text: { content: 'line one\nline two' } };
    expect(messageOf({ quote, text: { content: 'hello' } }).text).toBe('> line one\n> line two\n\nhello');
    expect(messageOf({ quote, text: { content: '/status' } }).text).toBe('/status');
  });

  it('is named when nobody heard of it, so that it can be answered', () => {
    expect(messageOf({ msgtype: 'hologram' })).toMatchObject({ text: '[hologram]', language: 'zh' });
  });

  it.each([
    ['stream', { msgtype: 'stream' }],
    ['enter_chat', { msgtype: 'event', event: { eventtype: 'enter_chat' } }],
    [
      'feedback_event',
      { msgtype: 'event', event: { eventtype: 'feedback_event', feedback_event: { id: '1' } } },
    ],
  ])('is of no interest when it is %s', (name, change) => {
    expect(parsed(change)).toMatchObject({ type: 'ignored', reason: expect.stringContaining(name) });
  });
});
