import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelServerOptions } from '../../test/fakes/model-server.ts';
import { closeAfterEach, hello, openGateway, openServer } from '../../test/fakes/model-server-open.ts';

closeAfterEach();
afterEach(() => {
  vi.useRealTimers();
});

const html = '<!doctype html><title>Login</title>';

describe('a test of an endpoint', () => {
  it('tells how long it takes and which models there are, and generates nothing', async () => {
    const main = await openServer({ models: ['fake', 'other'] });
    const found = await openGateway([main]).gateway.test('m1');
    expect(found).toEqual({
      ...{ id: 'm1', ok: true, ms: expect.any(Number), models: ['fake', 'other'] },
      ...{ problem: null, remedy: null },
    });
    expect(main.count()).toBe(0);
  });

  it.each<[string, ModelServerOptions, RegExp, RegExp]>([
    ['a wrong key', { apiKey: 'other' }, /refuses the key/, /apiKey/],
    ['no credit', { models: { status: 402, body: '{}' } }, /no credit/, /Top up/],
    ['a missing model', { models: ['a', 'b'] }, /no model fake/, /one of: a, b/],
    ['a web page', { models: { status: 200, body: html } }, /web page/, /\/v1/],
    ['other JSON', { models: { status: 200, body: '{"ok":true}' } }, /cannot be read/, /endpoint/],
    ['half of it', { models: { status: 200, body: '{"data":[{"id"' } }, /cannot be read/, /endpoint/],
    ['a list of 3 MB', { models: { status: 200, body: ' '.repeat(3_000_000) } }, /too long/, /endpoint/],
    ['a limit', { models: { status: 429, body: '{}' } }, /refuses more calls/, /ratePerMinute/],
    ['trouble', { models: { status: 503, body: 'down' } }, /in trouble/, /log/],
  ])('says plainly what is wrong and what to do: %s', async (_, options, problem, remedy) => {
    const found = await openGateway([await openServer(options)]).gateway.test('m1');
    expect(found).toMatchObject({
      ok: false,
      problem: expect.stringMatching(problem),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('says so when nothing listens, and that is its last error', async () => {
    const { gateway } = openGateway([{ endpoint: 'http://127.0.0.1:9/v1' }]);
    expect(await gateway.test('m1')).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/Nothing listens/),
    });
    expect(gateway.status()[0]).toMatchObject({
      lastCheck: { ok: false },
      lastError: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('takes an endpoint without a list for well, and knows no other id', async () => {
    const { gateway } = openGateway([await openServer({ models: { status: 404, body: '{}' } })]);
    expect(await gateway.test('m1')).toMatchObject({ ok: true, models: null });
    expect(await gateway.test('m9')).toBeUndefined();
  });
});

describe('endpoints that nobody asks', () => {
  it('are asked for their list now and then, and for no answer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const main = await openServer();
    const { gateway } = openGateway([main]);
    gateway.watch();
    vi.advanceTimersByTime(65_000);
    await expect.poll(() => main.lists()).toBe(2);
    gateway.close();
    vi.advanceTimersByTime(65_000);
    expect([main.lists(), main.count()]).toEqual([2, 0]);
  });

  it('that are found well again are tried by the next call at once', async () => {
    const trouble = Array.from({ length: 5 }, () => ({ status: 500 }));
    const main = await openServer({ script: [...trouble, 'back'] });
    const { gateway } = openGateway([main, await openServer()]);
    for (let call = 0; call < 5; call += 1) await gateway.complete(hello());
    expect(gateway.status()[0]).toMatchObject({ breaker: 'open', restsMs: expect.any(Number) });
    await gateway.test('m1');
    expect(gateway.status()[0]).toMatchObject({ breaker: 'half-open', restsMs: 0 });
    expect((await gateway.complete(hello())).text).toBe('back');
    expect(gateway.status()[0]?.breaker).toBe('closed');
  });

  it('that are gone are left alone before a person meets them', async () => {
    const backup = await openServer();
    const { gateway, warnings } = openGateway([{ endpoint: 'http://127.0.0.1:9/v1' }, backup]);
    for (let look = 0; look < 3; look += 1) await gateway.test('m1');
    expect(gateway.status()[0]?.breaker).toBe('open');
    expect((await gateway.complete(hello())).model).toBe('m2');
    expect(warnings).toEqual([]);
  });
});
