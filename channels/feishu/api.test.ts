import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { feishuAccount } from '../../contracts/accounts.ts';
import type { Attachment } from '../../contracts/index.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { type FakeFeishu, startFakeFeishu } from '../../test/fakes/feishu/index.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { FeishuAccount } from './account.ts';
import { check } from './check.ts';
import type { Words } from './compose.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { typing } from './typing.ts';

let clock = Date.parse('2026-11-23T10:00:00Z');
let platform: FakeFeishu;
let egress: Egress;
let account: FeishuAccount;
let tokens: AccessTokens;

beforeAll(async () => {
  platform = await startFakeFeishu({ clock: () => clock });
  egress = createEgress({ allow: [] });
  account = feishuAccount.parse({ ...platform.account, id: 'fs' });
  tokens = new AccessTokens(() => clock);
});
afterEach(() => {
  platform.setFault(undefined);
  platform.rest.refusals.length = 0;
  // Beyond the limits of the test before.
  clock += 60_000;
});
afterAll(async () => {
  await egress.close();
  await platform.close();
});

let keys = 0;
const nextKey = () => createHash('sha256').update(String(keys++)).digest('base64url');
const dependencies = () => ({ egress, tokens, now: clock });
const say = (words: Words, key = nextKey()) => post(words, account, { ...dependencies(), key });
const text = (words: string, to: Words['to'] = { chat: 'oc_1' }): Words => ({
  to,
  type: 'text',
  content: JSON.stringify({ text: words }),
});
const card = (words: string, edits?: string): Words => ({
  to: { chat: 'oc_1' },
  type: 'interactive',
  content: JSON.stringify({
    schema: '2.0',
    config: { update_multi: true },
    body: { elements: [{ tag: 'markdown', content: words }] },
  }),
  ...(edits === undefined ? {} : { edits }),
});
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );

describe('post', () => {
  it('says something in a chat, and resolves with its id', async () => {
    const { providerId } = await say(text('hello'));
    expect(platform.messages.byId(providerId ?? '')).toMatchObject({ chat: 'oc_1', text: 'hello' });
  });

  it('answers a message, in its thread where it has one', async () => {
    platform.eventOf({ id: 'om_q', chat: 'oc_q', text: '?' });
    const plain = await say(text('a', { chat: 'oc_q', message: 'om_q' }));
    expect(platform.messages.byId(plain.providerId ?? '')).toMatchObject({ repliesTo: 'om_q', chat: 'oc_q' });
    expect(platform.messages.byId(plain.providerId ?? '')?.thread).toBeUndefined();
    const threaded = await say(text('b', { chat: 'oc_q', message: 'om_q', thread: true }));
    expect(platform.messages.byId(threaded.providerId ?? '')).toMatchObject({ thread: 'om_q' });
  });

  it('changes a card in its place', async () => {
    const { providerId = '' } = await say(card('half'));
    expect(await say(card('whole', providerId))).toEqual({ providerId });
    expect(platform.messages.byId(providerId)).toMatchObject({ text: 'whole', earlier: ['half'] });
  });

  it('with the same key is said once, and after an hour again', async () => {
    const key = nextKey();
    const first = await say(text('once'), key);
    expect(await say(text('once'), key)).toEqual(first);
    clock += 3_600_000;
    expect(await say(text('once'), key)).not.toEqual(first);
  });

  it('is not said twice when the platform took it and then failed', async () => {
    const key = nextKey();
    const before = platform.messages.saidIn('oc_1').length;
    for (const fault of [
      { type: 'status', value: 502, isTaken: true },
      { type: 'reset', isTaken: true },
    ] as const) {
      platform.setFault(({ path }) => (path.endsWith('/messages') ? fault : undefined));
      expect(await rejection(say(text('unsure'), key))).toMatchObject({ retryable: true, ambiguous: true });
    }
    platform.setFault(undefined);
    await say(text('unsure'), key);
    expect(platform.messages.saidIn('oc_1')).toHaveLength(before + 1);
  });

  it('is said in the chat when the message that it answers was recalled', async () => {
    platform.eventOf({ id: 'om_gone', chat: 'oc_gone', text: '?' });
    Object.assign(platform.messages.byId('om_gone') ?? {}, { recalled: true });
    const { providerId = '' } = await say(
      text('late', { chat: 'oc_gone', message: 'om_gone', thread: true }),
    );
    expect(platform.messages.byId(providerId)).toMatchObject({ chat: 'oc_gone', text: 'late' });
    expect(platform.messages.byId(providerId)?.repliesTo).toBeUndefined();
  });

  it('fetches one token for many messages, another when it expires, and another when it is refused', async () => {
    const fresh = new AccessTokens(() => clock);
    const once = (chat: string) =>
      post(text('x', { chat }), account, { egress, tokens: fresh, now: clock, key: nextKey() });
    const before = platform.rest.tokensIssued;
    await Promise.all(Array.from({ length: 20 }, (_, index) => once(`oc_many${index}`)));
    expect(platform.rest.tokensIssued).toBe(before + 1);
    clock += 2 * 3_600_000 - 180_000;
    await once('oc_many0');
    expect(platform.rest.tokensIssued).toBe(before + 2);
    platform.rest.expireTokens();
    clock += 1_000;
    await once('oc_many0');
    expect(platform.rest.tokensIssued).toBe(before + 3);
  });

  it.each([
    [
      '429 with its own header',
      { type: 'status', value: 429, headers: { 'x-ogw-ratelimit-reset': '7' } },
      { retryable: true, retryAfterMs: 7_000, ambiguous: false },
    ],
    ['a limit of the app', { type: 'code', value: 99991400 }, { retryable: true, retryAfterMs: 1_000 }],
    ['a limit of the chat', { type: 'code', value: 230020 }, { retryable: true, retryAfterMs: 1_000 }],
    ['a failure of the platform', { type: 'status', value: 500 }, { retryable: true, ambiguous: true }],
    ['a chat without the bot', { type: 'code', value: 230002 }, { retryable: false, permanent: false }],
    ['an app without a bot', { type: 'code', value: 230006 }, { retryable: false, permanent: true }],
    ['a code that nobody knows', { type: 'code', value: 4711 }, { retryable: false, permanent: false }],
    ['a token that is refused for ever', { type: 'code', value: 99991663 }, { retryable: true }],
    ['no JSON', { type: 'status', value: 404 }, { retryable: false }],
  ] as const)('says what is to be done after %s', async (_, fault, expected) => {
    platform.setFault(({ path }) => (path.includes('/im/v1/') ? { ...fault } : undefined));
    expect(await rejection(say(text('x')))).toMatchObject({ name: 'DeliveryError', ...expected });
  });

  it('names a remedy and never a secret', async () => {
    platform.setFault(({ path }) => (path.includes('/im/v1/') ? { type: 'code', value: 230002 } : undefined));
    expect(String(await rejection(say(text('x'))))).toContain('add it there');
    platform.setFault(undefined);
    const wrong = { ...account, appSecret: 'hunter22' };
    const error = await rejection(
      post(text('x'), wrong, { egress, tokens: new AccessTokens(() => clock), now: clock, key: nextKey() }),
    );
    expect(error).toMatchObject({ retryable: false, permanent: true });
    expect(String(error)).toContain('appSecret is wrong');
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter22');
  });
});

describe('fetchAttachment', () => {
  const image: Attachment = { kind: 'image', source: { message: 'om_f', key: 'img_1', type: 'image' } };
  const fetchIt = (attachment: Attachment, maxBytes = 1_000) =>
    fetchAttachment(attachment, account, { ...dependencies(), maxBytes });

  it('downloads what a message came with', async () => {
    platform.eventOf({ id: 'om_f', type: 'image', content: { image_key: 'img_1' } });
    platform.attach('om_f', 'img_1', { body: Buffer.from('PNG'), mimeType: 'image/png' });
    platform.attach('om_f', 'file_2', { body: Buffer.from('{"code":1}'), mimeType: 'application/json' });
    expect(await fetchIt(image)).toEqual({ body: Buffer.from('PNG'), mimeType: 'image/png' });
    const file = await fetchIt({
      kind: 'file',
      name: 'a.json',
      source: { message: 'om_f', key: 'file_2', type: 'file' },
    });
    expect(file).toMatchObject({ name: 'a.json', mimeType: 'application/json' });
    expect(Buffer.from(file.body).toString()).toBe('{"code":1}');
  });

  it('takes no more than it may', async () => {
    platform.attach('om_f', 'img_1', { body: Buffer.alloc(1_001), mimeType: 'image/png' });
    expect(await rejection(fetchIt(image))).toMatchObject({ name: 'ObjectTooLarge' });
  });

  it('says whether what is not there may come later', async () => {
    const gone = { kind: 'file', source: { message: 'om_f', key: 'file_9', type: 'file' } } as const;
    expect(await rejection(fetchIt(gone))).toMatchObject({ name: 'DeliveryError', retryable: false });
    platform.setFault(({ path }) =>
      path.includes('/resources/') ? { type: 'status', value: 503 } : undefined,
    );
    expect(await rejection(fetchIt(image))).toMatchObject({ name: 'DeliveryError', retryable: true });
  });

  it('fetches a new token where the old one is refused', async () => {
    platform.attach('om_f', 'img_1', { body: Buffer.from('PNG'), mimeType: 'image/png' });
    platform.rest.expireTokens();
    expect((await fetchIt(image)).mimeType).toBe('image/png');
  });
});

describe('typing', () => {
  it('is a reaction to the message that is being worked on', async () => {
    platform.eventOf({ id: 'om_t', chat: 'oc_t', text: '?' });
    await typing({ chat: 'oc_t', message: 'om_t' }, account, dependencies());
    expect(platform.messages.byId('om_t')?.reactions).toEqual(['OnIt']);
    await typing({ chat: 'oc_t' }, account, dependencies());
  });
});

describe('check', () => {
  it('finds nothing wrong with an account that works', async () => {
    expect(await check(account, dependencies())).toMatchObject([
      { name: 'access token', ok: true },
      { name: 'bot', ok: true, detail: expect.stringContaining('Errand') },
      { name: 'long connection', ok: true },
    ]);
    expect(await check({ ...account, mode: 'webhook' }, dependencies())).toMatchObject([
      {},
      {},
      { name: 'callback', ok: true },
    ]);
  });

  it('says what is wrong and what to do', async () => {
    const fresh = { ...dependencies(), tokens: new AccessTokens(() => clock) };
    const [first, ...rest] = await check({ ...account, appSecret: 'hunter22' }, fresh);
    expect(first).toMatchObject({ ok: false, detail: expect.stringContaining('appSecret is wrong') });
    expect(rest).toEqual([]);
    expect(first?.detail).not.toContain('hunter22');
    platform.setFault(({ path }) => (path.includes('/bot/') ? { type: 'code', value: 230006 } : undefined));
    expect(await check(account, dependencies())).toMatchObject([
      { ok: true },
      { ok: false, detail: expect.stringContaining('switch the bot on') },
      { ok: true },
    ]);
  });
});
