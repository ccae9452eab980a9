import { expect, it } from 'vitest';
import { AccessTokenRejected, AccessTokens } from './access-tokens.ts';
import { DeliveryError } from './delivery-error.ts';

function tokenServer(expiresInMs = 7_200_000) {
  let fetched = 0;
  return {
    fetched: () => fetched,
    fetch: async () => {
      fetched += 1;
      return { token: `token-${fetched}`, expiresInMs };
    },
  };
}

it('fetches one token however many calls wait for it', async () => {
  const tokens = new AccessTokens();
  const server = tokenServer();
  const used = await Promise.all(
    Array.from({ length: 20 }, () => tokens.use('a', server.fetch, async (token) => token)),
  );
  expect(new Set(used)).toEqual(new Set(['token-1']));
  expect(server.fetched()).toBe(1);
});

it('keeps the tokens of accounts apart', async () => {
  const tokens = new AccessTokens();
  const server = tokenServer();
  await tokens.use('a', server.fetch, async () => {});
  await tokens.use('b', server.fetch, async () => {});
  expect(server.fetched()).toBe(2);
});

it('renews a token three minutes before it expires, and a short-lived one at half its time', async () => {
  let now = 0;
  const tokens = new AccessTokens(() => now);
  const long = tokenServer(7_200_000);
  const short = tokenServer(60_000);
  const use = (name: string, server: typeof long) => tokens.use(name, server.fetch, async (token) => token);
  await use('long', long);
  await use('short', short);
  now = 29_999;
  expect(await use('short', short)).toBe('token-1');
  now = 30_000;
  expect(await use('short', short)).toBe('token-2');
  now = 7_019_999;
  expect(await use('long', long)).toBe('token-1');
  now = 7_020_000;
  expect(await use('long', long)).toBe('token-2');
});

it('fetches a new token once when many calls are told that theirs is no good', async () => {
  const tokens = new AccessTokens();
  const server = tokenServer();
  const call = async (token: string) => {
    if (token === 'token-1') throw new AccessTokenRejected();
    return token;
  };
  const used = await Promise.all(Array.from({ length: 5 }, () => tokens.use('a', server.fetch, call)));
  expect(used).toEqual(Array(5).fill('token-2'));
  expect(server.fetched()).toBe(2);
});

it('gives up when the new token is no good either', async () => {
  const tokens = new AccessTokens();
  const server = tokenServer();
  const call = () => tokens.use('a', server.fetch, () => Promise.reject(new AccessTokenRejected('no')));
  await expect(call()).rejects.toThrow(AccessTokenRejected);
  expect(server.fetched()).toBe(2);
});

it('tries again to fetch after it failed', async () => {
  const tokens = new AccessTokens();
  const server = tokenServer();
  await expect(
    tokens.use(
      'a',
      () => Promise.reject(new Error('down')),
      async () => {},
    ),
  ).rejects.toThrow('down');
  expect(await tokens.use('a', server.fetch, async (token) => token)).toBe('token-1');
});

it('is sure that nothing was said where no token could be fetched', async () => {
  const tokens = new AccessTokens();
  const options = { retryable: true, retryAfterMs: 7, ambiguous: true };
  const fetch = async () => Promise.reject(new DeliveryError('the token did not come', options));
  const using = tokens.use('a', fetch, async () => 'said');
  await expect(using).rejects.toMatchObject({
    message: 'the token did not come',
    retryable: true,
    retryAfterMs: 7,
    ambiguous: false,
  });
});
