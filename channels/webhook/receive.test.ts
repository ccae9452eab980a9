import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { webhookAccount } from '../../contracts/index.ts';
import type { ChannelRequest } from '../channel.ts';
import type { WebhookAccount } from './account.ts';
import { webhook } from './index.ts';
import { receive } from './receive.ts';
import { sign, signingKey } from './signature.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const now = 1_700_000_000_500;
const timestamp = 1_700_000_000;
const order = { conversation: 'c1', sender: { id: 'u1', name: 'Ada' }, text: '帮我安排一周' };

function account(change: Partial<WebhookAccount> = {}): WebhookAccount {
  return webhookAccount.parse({
    id: 'hook',
    kind: 'webhook',
    secret,
    replyUrl: 'https://example.com/replies',
    ...change,
  });
}

function request(
  body: string | Uint8Array,
  change: Partial<ChannelRequest> = {},
  id = 'msg_1',
): ChannelRequest {
  const rawBody = typeof body === 'string' ? Buffer.from(body) : body;
  const key = signingKey(secret) ?? Buffer.alloc(0);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign(key, id, timestamp, rawBody),
  };
  return { method: 'POST', headers, query: {}, rawBody, now, ...change };
}

/** As the reference implementation signs it. */
function signedBy(signer: string, body: string, at = timestamp): Record<string, string> {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at),
    'webhook-signature': new Webhook(signer).sign('msg_1', new Date(at * 1_000), body),
  };
}

function statusOf(given: ChannelRequest, to = account()): number | string {
  const result = receive(given, to);
  return result.type === 'refused' ? result.status : result.type;
}

describe('receive', () => {
  it('makes a message of a genuine request, with the reply address of the account', () => {
    const { conversation, ...rest } = order;
    expect(receive(request(JSON.stringify(order)), account())).toMatchObject({
      type: 'message',
      message: {
        id: 'msg_1',
        ...rest,
        chat: { id: conversation, type: 'direct' },
        language: 'zh',
        replyTo: { url: 'https://example.com/replies' },
      },
    });
  });

  it('answers in the promised form', () => {
    const result = receive(request(JSON.stringify(order)), account());
    if (result.type !== 'message') throw new Error(result.type);
    expect(result.respond()).toEqual({
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: '{"accepted":true,"messageId":"msg_1"}',
    });
  });

  it('keeps no address when the account has none', () => {
    const result = receive(request(JSON.stringify(order)), account({ replyUrl: undefined }));
    expect(result).toMatchObject({ type: 'message', message: { replyTo: {} } });
  });

  it('believes what the reference implementation signed, whatever the whitespace', () => {
    for (const body of [
      JSON.stringify(order),
      JSON.stringify(order, null, 2),
      `\n ${JSON.stringify(order)} `,
    ]) {
      const headers = signedBy(secret, body);
      expect(statusOf(request(body, { headers }))).toBe('message');
    }
  });

  it('does not believe a body that was serialised anew after it was signed', () => {
    const { headers } = request(JSON.stringify(order));
    expect(statusOf(request(JSON.stringify(order, null, 2), { headers }))).toBe(401);
  });

  it.each([
    ['missing', {}],
    ['partly missing', { 'webhook-id': 'msg_1', 'webhook-timestamp': String(timestamp) }],
    [
      'wrong',
      { 'webhook-id': 'msg_1', 'webhook-timestamp': String(timestamp), 'webhook-signature': 'v1,bm9wZQ==' },
    ],
    [
      'made with another key',
      signedBy('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', JSON.stringify(order)),
    ],
    ['stale', signedBy(secret, JSON.stringify(order), timestamp - 301)],
    ['from the future', signedBy(secret, JSON.stringify(order), timestamp + 301)],
  ])('answers 401 to a signature that is %s', (_, headers) => {
    expect(statusOf(request(JSON.stringify(order), { headers }))).toBe(401);
  });

  it.each(['', ' ', 'undefined', 'whsec_', 'whsec_AAAA'])(
    'believes nobody when the secret of the account is "%s"',
    (blank) => {
      const body = JSON.stringify(order);
      const signature = sign(Buffer.from(blank, 'base64'), 'msg_1', timestamp, body);
      const { headers } = request(body);
      const forged = { ...headers, 'webhook-signature': signature };
      expect(statusOf(request(body, { headers: forged }), account({ secret: blank }))).toBe(401);
    },
  );

  it('believes nobody when the secret was never resolved', () => {
    const unresolved = account({ secret: { env: 'HOOK_SECRET' } });
    expect(statusOf(request(JSON.stringify(order)), unresolved)).toBe(401);
  });

  it('takes POST only', () => {
    expect(statusOf(request('', { method: 'GET' }))).toBe(405);
  });

  it.each([
    ['empty', ''],
    ['not JSON', '{"text":'],
    ['not an object', '[]'],
    ['of the wrong shape', '{"conversation":"c1","text":"hi"}'],
    ['with an empty text', JSON.stringify({ ...order, text: '' })],
    ['with a text that is too long', JSON.stringify({ ...order, text: 'x'.repeat(32_001) })],
    ['with a conversation that is too long', JSON.stringify({ ...order, conversation: 'x'.repeat(513) })],
    ['with NUL in the text', JSON.stringify({ ...order, text: 'a\u0000b' })],
    ['with NUL in the conversation', JSON.stringify({ ...order, conversation: 'a\u0000b' })],
    ['with a bare NUL', JSON.stringify({ ...order, text: 'a|b' }).replace('|', '\u0000')],
    ['with half a surrogate pair', JSON.stringify({ ...order, sender: { id: '\ud800' } })],
    ['10,000 levels deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['with broken UTF-8', Buffer.from(JSON.stringify({ ...order, text: 'caf\u00e9' }), 'latin1')],
  ])('answers 400 to a genuine body that is %s', (_, body) => {
    expect(statusOf(request(body))).toBe(400);
  });

  it('says what is wrong with a body and does not repeat it', () => {
    const result = receive(request('{"conversation":"c1","sender":{"id":5},"text":"hunter22"}'), account());
    if (result.type !== 'refused') throw new Error(result.type);
    expect(result.problem.detail).toContain('sender.id');
    expect(JSON.stringify(result.problem)).not.toContain('hunter22');
  });

  it('takes whole surrogate pairs', () => {
    expect(statusOf(request(JSON.stringify({ ...order, text: '🙂' })))).toBe('message');
  });

  it.each([
    ['is longer than 256 characters', 'm'.repeat(257)],
    ['has a blank in it', 'msg 1'],
    ['has other than ASCII in it', 'msgé'],
  ])('answers 400 to an id that %s', (_, id) => {
    expect(statusOf(request(JSON.stringify(order), {}, id))).toBe(400);
  });

  it('takes an id of 256 characters', () => {
    expect(statusOf(request(JSON.stringify(order), {}, 'm'.repeat(256)))).toBe('message');
  });
});

describe('problems', () => {
  it('has none for a good secret and one, without the secret in it, for a bad one', () => {
    expect(webhook.problems(account())).toEqual([]);
    const [problem] = webhook.problems(account({ secret: 'hunter22' }));
    expect(problem).toContain('whsec_');
    expect(problem).not.toContain('hunter22');
  });
});
