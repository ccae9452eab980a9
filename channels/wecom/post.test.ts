import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attachment, wecomAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { ObjectTooLarge } from '../../services/objects/index.ts';
import { wecomAccounts } from '../../test/fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../../test/fakes/wecom/server.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { WecomAccount } from './account.ts';
import { wecom } from './index.ts';
import { post } from './post.ts';

let server: WecomServer;
let now: number;
let dependencies: ChannelDependencies;
const egress = createEgress({ allow: [] });

beforeEach(async () => {
  now = Date.now();
  server = await startWecomServer({ clock: () => now });
  dependencies = { egress, tokens: new AccessTokens(() => now), now };
});
afterEach(() => server.close());

function account(change: Partial<WecomAccount> = {}): WecomAccount {
  return wecomAccount.parse({ id: 'wc', ...wecomAccounts(server).app, ...change });
}

const text = (content: string) => ({ msgtype: 'text', text: { content } });
const say = (content: string, user = 'ada', to = account()) =>
  post({ user, message: text(content) }, to, { ...dependencies, key: 'k' });
const errorOf = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);

describe('post', () => {
  it('says it with a token that is fetched once, however many wait for it', async () => {
    const receipts = await Promise.all(['one', 'two', 'three'].map((content) => say(content)));
    expect(server.seen.contents('ada').sort()).toEqual(['one', 'three', 'two']);
    expect(server.app.tokensIssued).toBe(1);
    expect(receipts[0]).toEqual({ providerId: expect.any(String) });
  });

  it('renews a token before it expires, and one that the platform does not take any more', async () => {
    await say('one');
    now += 7_199_000;
    dependencies = { ...dependencies, now };
    await say('two');
    server.app.expireTokens();
    await say('three');
    expect(server.seen.contents('ada')).toEqual(['one', 'two', 'three']);
    expect(server.app.tokensIssued).toBe(3);
  });

  it.each<[string, number, object]>([
    ['busy', -1, { retryable: true, ambiguous: false }],
    ['limited', 45009, { retryable: true, retryAfterMs: 60_000 }],
    ['from an address that is not trusted', 60020, { retryable: false, permanent: true }],
    ['something unheard of', 999_999, { retryable: false, permanent: false, ambiguous: false }],
  ])('says what a refusal means: %s', async (_, errcode, expected) => {
    server.setFail(({ path }) =>
      path === '/cgi-bin/message/send' ? { type: 'answer', answer: { errcode, errmsg: 'no' } } : undefined,
    );
    expect(await errorOf(say('hello'))).toMatchObject(expected);
  });

  it('does not know what became of what is not answered', async () => {
    server.setFail(({ path }) => (path === '/cgi-bin/message/send' ? { type: 'reset' } : undefined));
    expect(await errorOf(say('hello'))).toMatchObject({ retryable: true, ambiguous: true });
  });

  it('knows that nothing was said when there was no token', async () => {
    server.setFail(({ path }) => (path === '/cgi-bin/gettoken' ? { type: 'reset' } : undefined));
    expect(await errorOf(say('hello'))).toMatchObject({ retryable: true, ambiguous: false });
  });

  it('names nobody’s secret in an error', async () => {
    for (const change of [{ secret: 'hunter22' }, { corpId: 'ww-none' }, { baseUrl: 'http://127.0.0.1:9' }]) {
      const error = await errorOf(say('hello', 'ada', account(change)));
      expect(error).toBeInstanceOf(DeliveryError);
      expect(String(error)).not.toMatch(/hunter22|app-secret|access_token=/);
    }
  });

  it.each(['stranger', 'bob'])('says that nobody was reached: %s', async (user) => {
    if (user === 'bob') {
      const answer = { errcode: 0, errmsg: 'ok', invaliduser: 'bob', msgid: '1' };
      server.setFail(({ path }) =>
        path === '/cgi-bin/message/send' ? { type: 'answer', answer } : undefined,
      );
    }
    expect(await errorOf(say('hello', user))).toMatchObject({ retryable: false });
  });
});

describe('fetchAttachment', () => {
  const attachment: Attachment = { kind: 'file', source: { mediaId: 'm1' } };
  const fetched = (maxBytes = 1_000) =>
    wecom.fetchAttachment?.(attachment, account(), { ...dependencies, maxBytes });

  it('gives the file, its type and its name', async () => {
    server.app.media.set('m1', {
      body: Buffer.from('%PDF'),
      mimeType: 'application/pdf',
      name: '../plan.pdf',
    });
    expect(await fetched()).toEqual({
      body: Buffer.from('%PDF'),
      mimeType: 'application/pdf',
      name: 'plan.pdf',
    });
  });

  it('gives a JSON file that somebody sent', async () => {
    server.app.media.set('m1', {
      body: Buffer.from('{"a":1}'),
      mimeType: 'application/json',
      name: 'a.json',
    });
    expect((await fetched())?.body.toString()).toBe('{"a":1}');
  });

  it('says that it is gone, or too large', async () => {
    await expect(fetched()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('40007'),
    });
    server.app.media.set('m1', { body: Buffer.alloc(2_000), mimeType: 'image/png', name: 'a.png' });
    await expect(fetched()).rejects.toBeInstanceOf(ObjectTooLarge);
  });
});

describe('check', () => {
  it('says that token and app are good', async () => {
    expect(await wecom.check?.(account(), dependencies)).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('says what is wrong, with the remedy', async () => {
    expect(await wecom.check?.(account({ secret: 'hunter22' }), dependencies)).toMatchObject([
      { ok: false, detail: expect.stringContaining('Secret') },
    ]);
    server.setFail(({ path }) =>
      path === '/cgi-bin/agent/get'
        ? {
            type: 'answer',
            answer: { errcode: 60020, errmsg: 'not allow to access from your ip, from ip: 1.2.3.4' },
          }
        : undefined,
    );
    const [, app] = (await wecom.check?.(account(), dependencies)) ?? [];
    expect(app).toMatchObject({ ok: false, detail: expect.stringMatching(/企业可信IP.*1\.2\.3\.4/) });
  });
});
