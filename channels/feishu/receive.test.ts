import { describe, expect, it } from 'vitest';
import { feishuAccount } from '../../contracts/accounts.ts';
import { challengeOf, eventOf, messageEventOf } from '../../test/fakes/feishu/events.ts';
import { type Callback, callbackOf, encrypt, signatureOf } from '../../test/fakes/feishu/signed.ts';
import type { ChannelRequest, ReceiveResult } from '../channel.ts';
import type { FeishuAccount } from './account.ts';
import { receive } from './receive.ts';

const now = 1_800_000_000_000;
const hour = 3_600_000;
const appId = 'cli_0123456789abcdef';
const encryptKey = 'a key of the developer console';
const verificationToken = 'token-of-the-console';
const origin = { appId, verificationToken, now };

function account(change: Partial<FeishuAccount> = {}): FeishuAccount {
  return feishuAccount.parse({
    id: 'fs',
    kind: 'feishu',
    mode: 'webhook',
    appId,
    appSecret: 's3cret',
    encryptKey,
    verificationToken,
    ...change,
  });
}

const plain = account({ encryptKey: undefined });

function request({ headers, body }: Callback, change: Partial<ChannelRequest> = {}): ChannelRequest {
  return { method: 'POST', headers, query: {}, rawBody: Buffer.from(body), now, ...change };
}

function sent(event: object, secrets: { encryptKey?: string } = { encryptKey }, at = now): ChannelRequest {
  return request(callbackOf(JSON.stringify(event), secrets, at));
}

function statusOf(given: ChannelRequest, to = account()): number | string {
  const result = receive(given, to);
  return result.type === 'refused' ? result.status : result.type;
}

function answerOf(result: ReceiveResult): unknown {
  if (result.type === 'refused') throw new Error(`refused: ${result.problem.detail}`);
  return JSON.parse(result.respond().body);
}

const hello = messageEventOf({ id: 'om_1', text: 'hello' }, origin);

describe('an event', () => {
  it('that is encrypted and signed becomes a message, and is answered as the platform expects', () => {
    const result = receive(sent(hello), account());
    expect(result).toMatchObject({ type: 'message', message: { id: 'om_1', text: 'hello' } });
    expect(answerOf(result)).toEqual({});
  });

  it('is believed by its verification token where no Encrypt Key is set', () => {
    expect(statusOf(sent(hello, {}), plain)).toBe('message');
  });

  it.each([
    ['compact', JSON.stringify(hello)],
    ['indented', JSON.stringify(hello, null, 2)],
    ['with blanks around it', ` \n${JSON.stringify(hello)}\n`],
  ])('is believed whatever whitespace was signed: %s', (_, text) => {
    expect(statusOf(request({ body: text, headers: signatureOf(text, encryptKey, now) }))).toBe('message');
    expect(statusOf(request(callbackOf(text, { encryptKey }, now)))).toBe('message');
  });

  it('is not believed when it was serialised anew after it was signed', () => {
    const { headers, body } = callbackOf(JSON.stringify(hello), { encryptKey }, now);
    const again = JSON.stringify(JSON.parse(body), null, 1);
    expect(statusOf(request({ headers, body: again }))).toBe(401);
  });

  it.each([
    ['without a signature', {}],
    ['with half of the headers', { 'x-lark-signature': 'x', 'x-lark-request-timestamp': '1800000000' }],
    ['signed with another key', signatureOf('…', 'another', now)],
    [
      'with a time that is none',
      { ...signatureOf('…', encryptKey, now), 'x-lark-request-timestamp': '1800000000.5' },
    ],
  ])('%s is refused', (_, headers) => {
    const { body } = callbackOf(JSON.stringify(hello), { encryptKey }, now);
    expect(statusOf(request({ headers, body }))).toBe(401);
    expect(statusOf(request({ headers, body: JSON.stringify(hello) }))).toBe(401);
  });

  it('is refused with the nonce of another', () => {
    const { headers, body } = callbackOf(JSON.stringify(hello), { encryptKey }, now);
    expect(statusOf(request({ headers: { ...headers, 'x-lark-request-nonce': 'abcd' }, body }))).toBe(401);
  });

  it.each([
    ['8 hours old', -8 * hour, 'message'],
    ['older than any redelivery', -8 * hour - 1_000, 401],
    ['5 minutes ahead', 5 * 60_000, 'message'],
    ['further ahead', 5 * 60_000 + 1_000, 401],
  ])('whose signature is %s: %s', (_, by, expected) => {
    expect(statusOf(sent(hello, { encryptKey }, now + by))).toBe(expected);
  });

  it.each([15_000, 300_000, hour, 6 * hour])('that comes again after %s ms is the same message', (after) => {
    const first = receive(sent(hello), account());
    const again = receive({ ...sent(hello, { encryptKey }, now + after), now: now + after }, account());
    const idOf = (result: ReceiveResult) => (result.type === 'message' ? result.message.id : result.type);
    expect(idOf(again)).toBe(idOf(first));
  });

  it('for another app is refused although it is validly encrypted and signed', () => {
    const foreign = messageEventOf({ text: 'hello' }, { ...origin, appId: 'cli_ffffffffffffffff' });
    expect(statusOf(sent(foreign))).toBe(401);
    expect(statusOf(sent(foreign, {}), plain)).toBe(401);
  });

  it.each(['', 'another-token'])('with the verification token "%s" is refused', (token) => {
    const forged = messageEventOf({ text: 'hello' }, { ...origin, verificationToken: token });
    expect(statusOf(sent(forged, {}), plain)).toBe(401);
    expect(statusOf(sent(forged))).toBe(401);
  });

  it.each(['', ' ', 'undefined'])('is refused when the secrets of the account are "%s"', (blank) => {
    const to = account({ encryptKey: blank, verificationToken: blank });
    const forged = messageEventOf({ text: 'hello' }, { ...origin, verificationToken: blank });
    expect(statusOf(sent(forged, { encryptKey: blank }), to)).toBe(401);
    expect(statusOf(sent(forged, {}), to)).toBe(401);
    expect(statusOf(sent(forged, {}), account({ encryptKey: undefined, verificationToken: blank }))).toBe(
      401,
    );
    expect(statusOf(sent(forged, {}), account({ encryptKey: { env: 'KEY' } }))).toBe(401);
    // A token that is right does not make up for a key that is missing.
    expect(statusOf(sent(hello, {}), account({ encryptKey: blank }))).toBe(401);
  });

  it.each([
    ['empty', ''],
    ['not JSON', '{"schema":'],
    ['no event', '[]'],
    [
      'of version 1',
      JSON.stringify({ uuid: 'u', token: verificationToken, type: 'event_callback', event: {} }),
    ],
    [
      'a message without an id',
      JSON.stringify(eventOf('im.message.receive_v1', origin, { sender: {}, message: {} })),
    ],
  ])('that is genuine and %s is bad', (_, text) => {
    expect(statusOf(request({ body: text, headers: signatureOf(text, encryptKey, now) }))).toBe(400);
  });

  it('that is encrypted is refused, with the remedy, where no Encrypt Key is set', () => {
    const result = receive(sent(hello), plain);
    expect(result).toMatchObject({ type: 'refused', status: 401 });
    expect(JSON.stringify(result)).toContain('encryptKey');
  });

  it('of a type that is of no interest is answered and ignored', () => {
    const result = receive(sent(eventOf('im.chat.updated_v1', origin, { chat_id: 'oc_1' })), account());
    expect(result).toMatchObject({ type: 'ignored', reason: expect.stringContaining('im.chat.updated_v1') });
    expect(answerOf(result)).toEqual({});
  });

  it('comes by POST only', () => {
    expect(statusOf({ ...sent(hello), method: 'GET' })).toBe(405);
  });

  it('never says a secret when it is refused', () => {
    const forged = messageEventOf({ text: 'hunter22' }, { ...origin, verificationToken: 'x' });
    for (const given of [sent(forged), sent(forged, {}), request({ headers: {}, body: 'hunter22' })]) {
      const said = JSON.stringify(receive(given, account()));
      for (const secret of [encryptKey, verificationToken, 'hunter22', 's3cret'])
        expect(said).not.toContain(secret);
    }
  });
});

describe('the challenge', () => {
  const asked = challengeOf('ajls384kdjx98XX', verificationToken);

  it.each([
    ['plain', request({ headers: {}, body: JSON.stringify(asked) }), plain],
    ['encrypted and signed', sent(asked), account()],
    [
      'encrypted and not signed',
      request({ headers: {}, body: JSON.stringify({ encrypt: encrypt(encryptKey, JSON.stringify(asked)) }) }),
      account(),
    ],
  ])('is answered when it comes %s', (_, given, to) => {
    expect(answerOf(receive(given, to))).toEqual({ challenge: 'ajls384kdjx98XX' });
  });

  it('is refused with another token, plain where there is an Encrypt Key, or encrypted with another', () => {
    const wrong = challengeOf('x', 'another');
    expect(statusOf(request({ headers: {}, body: JSON.stringify(wrong) }), plain)).toBe(401);
    expect(statusOf(sent(wrong))).toBe(401);
    expect(statusOf(request({ headers: {}, body: JSON.stringify(asked) }))).toBe(401);
    const other = JSON.stringify({ encrypt: encrypt('another key', JSON.stringify(asked)) });
    expect(statusOf(request({ headers: {}, body: other }))).toBe(401);
  });
});
