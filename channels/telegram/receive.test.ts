import { describe, expect, it } from 'vitest';
import { telegramAccount } from '../../contracts/index.ts';
import type { ChannelRequest, ParsedMessage } from '../channel.ts';
import { telegram } from './index.ts';

const account = telegramAccount.parse({
  id: 'tg',
  kind: 'telegram',
  mode: 'webhook',
  botToken: '123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
  secretToken: 'a-secret_token',
});

function request(body: string | object, change: Partial<ChannelRequest> = {}): ChannelRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'x-telegram-bot-api-secret-token': 'a-secret_token' };
  return { method: 'POST', headers, query: {}, rawBody: Buffer.from(text), now: 0, ...change };
}

const ada = { id: 42, is_bot: false, first_name: 'Ada', last_name: 'L' };
const privately = { message_id: 7, chat: { id: 42, type: 'private' }, from: ada };
const inGroup = { message_id: 7, chat: { id: -1001, type: 'supergroup' }, from: ada };

function messageOf(message: object): ParsedMessage {
  const result = telegram.receive?.(request({ update_id: 1, message }), account);
  if (result?.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

function outcomeOf(given: ChannelRequest, to = account): number | string | undefined {
  const result = telegram.receive?.(given, to);
  return result?.type === 'refused' ? result.status : result?.type;
}

describe('an update', () => {
  const hello = { update_id: 1, message: { ...privately, text: 'hi' } };

  it('is believed by the secret alone', () => {
    expect(outcomeOf(request(hello))).toBe('message');
    expect(outcomeOf(request(JSON.stringify(hello, null, 3)))).toBe('message');
    for (const shown of [undefined, '', 'a-secret_tokeN', 'a-secret_token ']) {
      expect(outcomeOf(request(hello, { headers: { 'x-telegram-bot-api-secret-token': shown } }))).toBe(401);
    }
    expect(outcomeOf(request(hello, { method: 'GET' }))).toBe(405);
  });

  it.each(['', ' ', 'undefined'])('is believed by nobody when secretToken is "%s"', (blank) => {
    const unset = { ...account, secretToken: blank };
    expect(outcomeOf(request(hello, { headers: { 'x-telegram-bot-api-secret-token': blank } }), unset)).toBe(
      401,
    );
    expect(telegram.problems(unset)).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no update', { id: 1 }],
    ['a message without a chat', { update_id: 1, message: { message_id: 1 } }],
  ])('is refused when it is %s', (_, body) => {
    expect(outcomeOf(request(body))).toBe(400);
  });

  it.each([
    ['an edited message', { update_id: 1, edited_message: { ...privately, text: 'hi' } }],
    [
      'a post in a channel',
      { update_id: 1, message: { ...privately, chat: { id: -5, type: 'channel' }, text: 'x' } },
    ],
    ['somebody who joined', { update_id: 1, message: { ...inGroup, new_chat_members: [ada] } }],
  ])('is ignored when it is %s', (_, body) => {
    expect(outcomeOf(request(body))).toBe('ignored');
  });
});

describe('a message', () => {
  it('in a private chat is for the bot', () => {
    expect(messageOf({ ...privately, text: '你好' })).toMatchObject({
      id: '1',
      chat: { id: '42', type: 'direct' },
      sender: { id: '42', name: 'Ada L' },
      mentioned: true,
      text: '你好',
      language: 'zh',
      replyTo: { chat: '42' },
    });
  });

  it('in a group is for the bot when it is mentioned, commanded or answered', () => {
    const said = (text: string, type: string, covered: string, more: object = {}) =>
      messageOf({
        ...inGroup,
        text,
        entities: [{ type, offset: text.indexOf(covered), length: covered.length, ...more }],
      });
    expect(said('😀 @errand_bot plan', 'mention', '@errand_bot')).toMatchObject({
      mentioned: true,
      text: '😀  plan',
      replyTo: { chat: '-1001', message: 7 },
    });
    expect(said('/status@errand_bot', 'bot_command', '/status@errand_bot')).toMatchObject({
      mentioned: true,
      text: '/status',
    });
    expect(
      said('Errand plan', 'text_mention', 'Errand', { user: { id: 123456, is_bot: true } }),
    ).toMatchObject({
      mentioned: true,
      text: 'plan',
    });
    expect(said('@bob plan', 'mention', '@bob')).toMatchObject({ mentioned: false, text: '@bob plan' });
    const answered = { message_id: 3, from: { id: 123456, is_bot: true } };
    expect(messageOf({ ...inGroup, text: 'and then?', reply_to_message: answered })).toMatchObject({
      mentioned: true,
      quotes: '3',
    });
    expect(messageOf({ ...inGroup, text: 'among us' }).mentioned).toBe(false);
  });

  it('in a topic belongs to it', () => {
    expect(messageOf({ ...inGroup, text: 'x', is_topic_message: true, message_thread_id: 9 })).toMatchObject({
      chat: { id: '-1001', type: 'group', topic: '9' },
      replyTo: { chat: '-1001', thread: 9, message: 7 },
    });
  });

  it('of a bot is known to be one', () => {
    expect(messageOf({ ...inGroup, text: 'x', from: { ...ada, is_bot: true } }).fromBot).toBe(true);
    expect(messageOf({ ...inGroup, text: 'x', from: undefined }).fromBot).toBe(true);
  });

  it('has the largest of its pictures, and its caption for a text', () => {
    const photo = [
      { file_id: 'small', file_size: 1 },
      { file_id: 'large', file_size: 9 },
    ];
    expect(messageOf({ ...privately, photo, caption: 'look' })).toMatchObject({
      text: 'look',
      attachments: [{ kind: 'image', bytes: 9, source: { file: 'large' } }],
    });
    const document = { file_id: 'd', file_name: 'a.pdf', mime_type: 'application/pdf' };
    expect(messageOf({ ...privately, document })).toMatchObject({
      text: '',
      attachments: [{ kind: 'file', name: 'a.pdf', mimeType: 'application/pdf' }],
    });
  });

  it('of another kind says what it is, so that it is answered politely', () => {
    expect(messageOf({ ...privately, sticker: { emoji: '🎉' } }).text).toBe('[sticker 🎉]');
    expect(messageOf({ ...privately, dice: { value: 6 } }).text).toBe('[message of an unknown kind]');
  });
});

it('takes a pressed button for the command that it stands for, and ends its waiting', () => {
  const callback_query = {
    id: 'q1',
    from: ada,
    message: { message_id: 9, chat: { id: -1001, type: 'supergroup' } },
    data: '/deny abcd2345',
  };
  const result = telegram.receive?.(request({ update_id: 2, callback_query }), account);
  expect(result).toMatchObject({
    type: 'message',
    message: { id: '2', text: '/deny abcd2345', pressed: true, chat: { id: '-1001', type: 'group' } },
  });
  if (result?.type !== 'message') return;
  expect(JSON.parse(result.respond().body)).toEqual({
    method: 'answerCallbackQuery',
    callback_query_id: 'q1',
  });
  expect(outcomeOf(request({ update_id: 2, callback_query: { ...callback_query, data: '/stop' } }))).toBe(
    'ignored',
  );
});
