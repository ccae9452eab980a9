import { describe, expect, it } from 'vitest';
import { telegramAccount } from '../../contracts/index.ts';
import type { ChannelRequest, ParsedMessage } from '../channel.ts';
import { telegram } from './index.ts';

const botToken = '7:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
const account = telegramAccount.parse({
  id: 'tg',
  kind: 'telegram',
  mode: 'webhook',
  botToken,
  secretToken: 'a-Secret_1',
  username: 'errand_bot',
});

const ada = { id: 11, is_bot: false, first_name: 'Ada', last_name: 'L', language_code: 'en' };
const direct = { id: 11, type: 'private', first_name: 'Ada' };
const group = { id: -100_123, type: 'supergroup', title: 'Plans' };
const said = { message_id: 5, date: 1_700_000_000, from: ada, chat: direct, text: 'hi' };

function request(body: unknown, change: Partial<ChannelRequest> = {}): ChannelRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method: 'POST',
    headers: { 'x-telegram-bot-api-secret-token': 'a-Secret_1' },
    query: {},
    rawBody: Buffer.from(text),
    now: 1_700_000_000_000,
    ...change,
  };
}

const update = (message: object) => ({ update_id: 900, message });
const receive = (body: unknown, to = account) => telegram.receive?.(request(body), to);

function messageOf(message: object, to = account): ParsedMessage {
  const result = receive(update(message), to);
  if (result?.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

function statusOf(given: ChannelRequest, to = account): number | string | undefined {
  const result = telegram.receive?.(given, to);
  return result?.type === 'refused' ? result.status : result?.type;
}

/** A text in a group with the entities of what is in it. */
function inGroup(text: string, entities: object[] = [], change: object = {}) {
  return { ...said, chat: group, text, entities, ...change };
}

describe('a callback', () => {
  it('is believed by the secret that Telegram was told, whatever its white space', () => {
    expect(statusOf(request(JSON.stringify(update(said), null, 4)))).toBe('message');
  });

  it.each([
    ['missing', {}],
    ['wrong', { 'x-telegram-bot-api-secret-token': 'a-Secret_2' }],
    ['only a beginning', { 'x-telegram-bot-api-secret-token': 'a-Secret_' }],
    ['empty', { 'x-telegram-bot-api-secret-token': '' }],
  ])('is refused when its secret is %s', (_, headers) => {
    expect(statusOf(request(update(said), { headers }))).toBe(401);
  });

  it.each(['', '  ', 'undefined', 'with blanks'])(
    'is believed of nobody when secretToken is "%s"',
    (blank) => {
      const headers = { 'x-telegram-bot-api-secret-token': blank };
      const to = { ...account, secretToken: blank };
      if (blank !== 'with blanks') expect(statusOf(request(update(said), { headers }), to)).toBe(401);
      expect(telegram.problems(to)).toEqual([expect.stringContaining('secretToken')]);
    },
  );

  it.each([
    ['empty', ''],
    ['no JSON', '{"update_id":'],
    ['no update', { message: said }],
    ['of another kind', { update_id: 'x' }],
    ['deep', '['.repeat(5_000)],
  ])('is refused when it is %s', (_, body) => {
    expect(statusOf(request(body))).toBe(400);
  });

  it('comes by POST', () => {
    expect(statusOf(request(update(said), { method: 'GET' }))).toBe(405);
  });

  it.each([
    ['an edit', { update_id: 1, edited_message: said }, 'edited_message'],
    ['a post of a channel', { update_id: 1, channel_post: said }, 'channel_post'],
    ['an update without anything', { update_id: 1 }, 'nothing'],
    ['a message without a number', update({ ...said, message_id: 'x' }), 'message_id'],
    ['somebody who joined', update({ ...said, text: undefined, new_chat_members: [ada] }), 'nobody says'],
    ['a post forwarded by Telegram', update({ ...said, is_automatic_forward: true }), 'forwarded'],
  ])('is taken and not heard when it is %s, or it would come again for ever', (_, body, reason) => {
    const result = receive(body);
    expect(result).toMatchObject({ type: 'ignored', reason: expect.stringContaining(reason) });
    if (result?.type === 'ignored') expect(result.respond()).toEqual({ status: 200, headers: {}, body: '' });
  });
});

describe('a message', () => {
  it('is known by its update, and answered in its chat', () => {
    expect(messageOf(said)).toEqual({
      id: '900',
      chat: { id: '11', type: 'direct' },
      sender: { id: '11', name: 'Ada L' },
      mentioned: true,
      text: 'hi',
      language: 'en',
      replyTo: { chat: '11' },
      raw: {
        message_id: 5,
        chat: { id: 11, type: 'private' },
        from: 11,
        message_thread_id: null,
        text: 'hi',
      },
    });
  });

  it('of a group is answered as an answer to it, in its topic', () => {
    const topic = messageOf(inGroup('hi', [], { message_thread_id: 3, is_topic_message: true }));
    expect(topic).toMatchObject({
      chat: { id: '-100123', type: 'group', topic: '3' },
      replyTo: { chat: '-100123', message: 5, thread: 3 },
      mentioned: false,
    });
    const chain = messageOf(inGroup('hi', [], { message_thread_id: 3 }));
    expect(chain.chat).toEqual({ id: '-100123', type: 'group' });
    expect(chain.replyTo).toEqual({ chat: '-100123', message: 5 });
  });

  it.each([
    ['by name', '👍 @Errand_Bot 你好', [{ type: 'mention', offset: 3, length: 11 }], '👍 你好'],
    [
      'without a name',
      '@errand do it',
      [{ type: 'text_mention', offset: 0, length: 7, user: { id: 7, is_bot: true } }],
      'do it',
    ],
    [
      'by a command',
      '/status@errand_bot all',
      [{ type: 'bot_command', offset: 0, length: 18 }],
      '/status all',
    ],
  ])('speaks to the bot %s', (_, text, entities, read) => {
    expect(messageOf(inGroup(text, entities))).toMatchObject({ mentioned: true, text: read });
  });

  it('speaks to the bot by answering it', () => {
    const quoted = (id: number) => ({ reply_to_message: { message_id: 4, from: { ...ada, id } } });
    expect(messageOf(inGroup('and?', [], quoted(7)))).toMatchObject({ mentioned: true, quotes: '4' });
    expect(messageOf(inGroup('and?', [], quoted(8)))).toMatchObject({ mentioned: false, quotes: '4' });
  });

  it.each([
    ['another bot', '@errand_bot2 hi', [{ type: 'mention', offset: 0, length: 12 }]],
    ['a name that is only written', 'mail me@errand_bot', []],
    ['somebody else', 'Bob hi', [{ type: 'text_mention', offset: 0, length: 3, user: { id: 8 } }]],
    ['nobody, by a plain command', '/status', [{ type: 'bot_command', offset: 0, length: 7 }]],
  ])('does not speak to the bot when it names %s', (_, text, entities) => {
    expect(messageOf(inGroup(text, entities))).toMatchObject({ mentioned: false, text });
  });

  it('is taken for the bot’s by any bot’s name while its own is not known', () => {
    const unnamed = { ...account, username: undefined };
    const entities = [{ type: 'mention', offset: 0, length: 9 }];
    expect(messageOf(inGroup('@some_bot hi', entities), unnamed).mentioned).toBe(true);
    expect(messageOf(inGroup('@some_one hi', entities), unnamed).mentioned).toBe(false);
  });

  it('is not heard when it is a command to another bot', () => {
    const entities = [{ type: 'bot_command', offset: 0, length: 15 }];
    expect(receive(update(inGroup('/status@other_x', entities)))?.type).toBe('ignored');
  });

  it('has its links by address, and the first words of a chat ask for help', () => {
    const entities = [{ type: 'text_link', offset: 4, length: 4, url: 'https://a.example/' }];
    expect(messageOf({ ...said, text: 'see this', entities }).text).toBe('see this (https://a.example/)');
    expect(messageOf({ ...said, text: '/start' }).text).toBe('/help');
    expect(messageOf({ ...said, text: '/started' }).text).toBe('/started');
  });

  it('of a bot is known to be one', () => {
    expect(messageOf({ ...said, from: { ...ada, is_bot: true } }).fromBot).toBe(true);
  });

  it.each([
    [
      'a picture, the largest of its sizes',
      { photo: [{ file_id: 's' }, { file_id: 'l', file_size: 9 }] },
      [{ kind: 'image', mimeType: 'image/jpeg', bytes: 9, source: { file: 'l' } }],
    ],
    [
      'a voice',
      { voice: { file_id: 'v', duration: 3, mime_type: 'audio/ogg' } },
      [{ kind: 'audio', name: 'voice.ogg', mimeType: 'audio/ogg', source: { file: 'v' } }],
    ],
    [
      'a document',
      { document: { file_id: 'd', file_name: 'a.pdf', mime_type: 'application/pdf' } },
      [{ kind: 'file', name: 'a.pdf', mimeType: 'application/pdf', source: { file: 'd' } }],
    ],
    [
      'an animation, which is a document too',
      {
        animation: { file_id: 'a', mime_type: 'video/mp4' },
        document: { file_id: 'a', mime_type: 'video/mp4' },
      },
      [{ kind: 'video', mimeType: 'video/mp4', source: { file: 'a' } }],
    ],
  ])('has %s', (_, content, attachments) => {
    const { text: __, ...rest } = said;
    const message = messageOf({ ...rest, ...content, caption: 'look 看' });
    expect(message).toMatchObject({ text: 'look 看', attachments });
    expect(messageOf({ ...rest, ...content })).toMatchObject({ text: '', attachments });
  });

  it.each([
    [{ sticker: { emoji: '🎉' } }, '[sticker 🎉]'],
    [{ sticker: {} }, '[sticker]'],
    [{ location: { latitude: 1.5, longitude: -2 } }, '[location 1.5, -2]'],
    [{ venue: {}, location: { latitude: 1, longitude: 2 } }, '[venue]'],
    [{ poll: { question: 'When?' } }, '[poll] When?'],
    [{ contact: {} }, '[contact]'],
  ])('without words says what came, in the language of its sender: %j', (content, text) => {
    const { text: _, ...rest } = said;
    const from = { ...ada, language_code: 'zh-hans' };
    expect(messageOf({ ...rest, from, ...content })).toMatchObject({ text, language: 'zh' });
  });

  it('keeps what can be kept of a text', () => {
    expect(messageOf({ ...said, text: `a\u0000\ud800${'x'.repeat(40_000)}` }).text).toHaveLength(32_000);
  });
});

describe('a pressed button', () => {
  const press = {
    update_id: 901,
    callback_query: {
      id: '4382bfdwdsb323b2d9',
      from: { ...ada, language_code: 'zh-CN' },
      message: { ...said, chat: group, message_id: 77, from: { id: 7, is_bot: true } },
      data: '/approve abcd2345',
      chat_instance: '1',
    },
  };

  it('is the command that it stands for, and Telegram hears at once that it was', () => {
    const result = receive(press);
    expect(result).toMatchObject({
      type: 'message',
      message: {
        id: '901',
        text: '/approve abcd2345',
        pressed: true,
        mentioned: true,
        sender: { id: '11', name: 'Ada L' },
        chat: { id: '-100123', type: 'group' },
        language: 'zh',
        replyTo: { chat: '-100123', message: 77 },
      },
    });
    if (result?.type !== 'message') return;
    expect(JSON.parse(result.respond().body)).toEqual({
      method: 'answerCallbackQuery',
      callback_query_id: '4382bfdwdsb323b2d9',
      text: '收到。',
    });
  });

  it.each(['/stop', '/approve x', '', undefined])('stands for nothing else: %s', (data) => {
    const result = receive({ ...press, callback_query: { ...press.callback_query, data } });
    if (result?.type !== 'ignored') throw new Error(result?.type);
    // Its waiting is ended all the same.
    expect(result.respond().body).toContain('answerCallbackQuery');
  });
});

describe('problems', () => {
  it('has none for a good account', () => {
    expect(telegram.problems(account)).toEqual([]);
    expect(telegram.problems({ ...account, mode: 'polling', secretToken: undefined })).toEqual([]);
  });

  it.each(['', 'hunter22hunter22hunter22', '7:short', { env: 'TOKEN' }])(
    'names a bad token and never repeats it',
    (token) => {
      const [problem, ...more] = telegram.problems({ ...account, botToken: token });
      expect(problem).toContain('botToken');
      expect(problem).not.toContain('hunter22');
      expect(more).toEqual([]);
    },
  );
});
