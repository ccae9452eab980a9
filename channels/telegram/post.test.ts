import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { telegramAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { ObjectTooLarge } from '../../services/objects/index.ts';
import {
  startTelegramServer,
  type TelegramFault,
  type TelegramServer,
} from '../../test/fakes/telegram/telegram-server.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { TelegramAccount } from './account.ts';
import type { Words } from './compose.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { typing } from './typing.ts';

let server: TelegramServer;
let dependencies: ChannelDependencies;
const egress = createEgress({ allow: [] });

beforeEach(async () => {
  server = await startTelegramServer();
  dependencies = { egress, tokens: new AccessTokens(), now: Date.now() };
});
afterEach(async () => {
  expect(server.refusals).toEqual([]);
  await server.close();
});

function account(change: Partial<TelegramAccount> = {}): TelegramAccount {
  const { botToken, url: baseUrl } = server;
  return telegramAccount.parse({ id: 'tg', kind: 'telegram', botToken, baseUrl, ...change });
}

const say = (change: Partial<Words> = {}, to = account()) =>
  post({ to: { chat: '-5' }, html: '<b>hi</b>', plain: 'hi', ...change }, to, { ...dependencies, key: 'k' });
const errorOf = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);
/** The first call of a method goes wrong. */
function failOnce(method: string, fault: TelegramFault): void {
  let isFirst = true;
  server.setFail((called) => {
    if (called !== method || !isFirst) return undefined;
    isFirst = false;
    return fault;
  });
}
const refused = (code: number, description: string, parameters?: object): TelegramFault => ({
  type: 'refused',
  code,
  description,
  ...(parameters ? { parameters } : {}),
});

describe('post', () => {
  it('says it as HTML, in its topic, as an answer, with its buttons', async () => {
    const buttons = [{ text: 'Yes', data: '/approve abcd2345' }];
    const receipt = await say({ to: { chat: '-5', thread: 3, message: 7 }, buttons });
    expect(server.messages).toEqual([
      {
        chat: '-5',
        id: Number(receipt.providerId),
        text: '<b>hi</b>',
        isHtml: true,
        thread: 3,
        answers: 7,
        edited: 0,
        buttons: [{ text: 'Yes', callback_data: '/approve abcd2345' }],
      },
    ]);
  });

  it('changes a message, and is done when it is so already', async () => {
    const { providerId } = await say();
    for (const html of ['<b>on</b>', '<b>on</b>']) {
      expect(await say({ html, edits: Number(providerId) })).toEqual({ providerId });
    }
    expect(server.messages).toMatchObject([{ text: '<b>on</b>', edited: 1 }]);
  });

  it('says anew what took the place of a message that is gone', async () => {
    expect(await say({ edits: 5 })).toEqual({ providerId: String(server.messages[0]?.id) });
  });

  it('says plain words where Telegram does not take the markup', async () => {
    await say({ html: '<b>broken' });
    expect(server.messages).toMatchObject([{ text: 'hi', isHtml: false }]);
  });

  it('follows a group to the supergroup that it became, and leaves a topic that is gone', async () => {
    failOnce(
      'sendMessage',
      refused(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1005 }),
    );
    await say({ to: { chat: '-5', message: 7 } });
    failOnce('sendMessage', refused(400, 'Bad Request: message thread not found'));
    await say({ to: { chat: '-5', thread: 3 } });
    expect(server.messages).toMatchObject([{ chat: '-1005' }, { chat: '-5' }]);
    expect(server.messages[0]).not.toHaveProperty('answers');
    expect(server.messages[1]).not.toHaveProperty('thread');
  });

  it.each<[string, TelegramFault, object]>([
    [
      'too much',
      { type: 'too-many', retryAfter: 7 },
      { retryable: true, retryAfterMs: 7_000, ambiguous: false },
    ],
    ['what was done perhaps', { type: 'after-delivery' }, { retryable: true, ambiguous: true }],
    ['nothing', { type: 'reset' }, { retryable: true, ambiguous: true }],
    [
      'a person who blocked it',
      refused(403, 'Forbidden: bot was blocked by the user'),
      { retryable: false, permanent: false },
    ],
    ['no such chat', refused(400, 'Bad Request: chat not found'), { retryable: false, ambiguous: false }],
    ['a token that is no good', refused(401, 'Unauthorized'), { retryable: false, permanent: true }],
  ])('says what an answer means: %s', async (_, fault, expected) => {
    failOnce('sendMessage', fault);
    expect(await errorOf(say())).toMatchObject({ name: 'DeliveryError', ...expected });
  });

  it('never names its token, whatever Telegram says and wherever it fails', async () => {
    const { botToken } = server;
    const errors = [];
    failOnce('sendMessage', refused(400, `Bad Request: /bot${botToken}/sendMessage`));
    errors.push(await errorOf(say()));
    for (const baseUrl of ['http://127.0.0.1:1', `${server.url}/elsewhere`]) {
      errors.push(await errorOf(say({}, account({ baseUrl }))));
      errors.push(
        await errorOf(
          fetchAttachment({ kind: 'file', source: { file: 'f' } }, account({ baseUrl }), {
            ...dependencies,
            maxBytes: 9,
          }),
        ),
      );
    }
    for (const error of errors) {
      expect(error).toBeInstanceOf(DeliveryError);
      expect(`${error} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`).not.toContain(
        botToken.slice(7),
      );
    }
    // The server saw a path that it does not know.
    server.refusals.length = 0;
  });
});

it('shows that it types, in the topic', async () => {
  await typing({ chat: '-5', thread: 3, message: 7 }, account(), dependencies);
  expect(server.calls).toEqual([
    { method: 'sendChatAction', body: { chat_id: '-5', message_thread_id: 3, action: 'typing' } },
  ]);
});

describe('a file', () => {
  const fetch = (maxBytes: number, source: object = { file: 'f1' }) =>
    fetchAttachment({ kind: 'file', source: { ...source } }, account(), { ...dependencies, maxBytes });

  it('is downloaded by its id', async () => {
    server.files.set('documents/f1', Buffer.from('content'));
    expect(Buffer.from((await fetch(100)).body).toString()).toBe('content');
  });

  it('that is too large, gone, or at a place that is none, is not', async () => {
    server.files.set('documents/f1', Buffer.alloc(200));
    expect(await errorOf(fetch(100))).toBeInstanceOf(ObjectTooLarge);
    expect(await errorOf(fetch(100, { file: 'other' }))).toMatchObject({ retryable: false });
    expect(await errorOf(fetch(100, { file: '../../etc/passwd' }))).toMatchObject({ retryable: false });
    expect(await errorOf(fetch(100, {}))).toMatchObject({ retryable: false });
  });
});
