import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeAfterEach, hello, openGateway, openServer } from '../../test/fakes/model-server-open.ts';
import { privateCa } from '../../test/fakes/model-server-tls.ts';
import { RateLimit } from './rate-limit.ts';

closeAfterEach();
const { signal } = new AbortController();

describe('the rate limit', () => {
  it.each([1, 2, 7, 60, 600])('lets at most %i calls through in any minute', async (perMinute) => {
    let now = 0;
    const limit = new RateLimit(perMinute, () => now);
    const entered: number[] = [];
    for (; now < 300_000; now += 50) if ((await limit.enter(0, signal)) === 0) entered.push(now);
    const most = Math.max(
      ...entered.map((at) => entered.filter((time) => time >= at && time < at + 60_000).length),
    );
    expect(most).toBeLessThanOrEqual(perMinute);
    expect(entered.length).toBeGreaterThanOrEqual(perMinute * 4);
  });

  it('of an endpoint sends what is above it to the next one', async () => {
    const [main, backup] = [await openServer(), await openServer()];
    const { gateway } = openGateway([{ ...main, ratePerMinute: 10 }, backup]);
    const answers = [await gateway.complete(hello()), await gateway.complete(hello())];
    expect(answers.map(({ model }) => model)).toEqual(['m1', 'm2']);
    expect([main.count(), backup.count()]).toEqual([1, 1]);
  });

  it('is waited for when it is a matter of moments', async () => {
    const main = await openServer();
    const { gateway } = openGateway([{ ...main, ratePerMinute: 600 }]);
    await Promise.all(Array.from({ length: 62 }, () => gateway.complete(hello())));
    expect(main.count()).toBe(62);
  });
});

describe('a model that is asked for', () => {
  it('is asked first, and the others stand in for it', async () => {
    const servers = [await openServer(), await openServer({ script: ['ok', { status: 500 }] })];
    const { gateway } = openGateway(servers);
    expect((await gateway.complete(hello({ model: 'm2' }))).model).toBe('m2');
    expect((await gateway.complete(hello({ model: 'm2' }))).model).toBe('m1');
    expect((await gateway.complete(hello())).model).toBe('m1');
  });

  it('but is not configured is passed over', async () => {
    const main = await openServer();
    expect((await openGateway([main]).gateway.complete(hello({ model: 'gone' }))).model).toBe('m1');
  });
});

describe('what a call costs', () => {
  it('is told by currency, with tokens and time, under the id of the call', async () => {
    const usage = { prompt: 1_000, completion: 500 };
    const main = await openServer({ behaviour: () => ({ text: 'ok', usage }) });
    const price = { currency: 'CNY', inputPerMillion: 2, outputPerMillion: 8 };
    const { gateway, calls } = openGateway([{ ...main, price }]);
    const answer = await gateway.complete(hello({ callId: 'run/task/1' }));
    expect(answer.usage).toMatchObject({ calls: 1, promptTokens: 1_000, completionTokens: 500 });
    expect(answer.usage.cost?.CNY).toBeCloseTo(0.006, 9);
    await gateway.complete(hello({ callId: 'run/task/1' }));
    expect(calls).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({ callId: 'run/task/1', model: 'm1', tokens: usage, ms: expect.any(Number) }),
      ),
    );
    const [status] = gateway.status();
    expect(status).toMatchObject({ usage: { calls: 2, promptTokens: 2_000 }, latency: { calls: 2 } });
    expect(status?.usage.cost?.CNY).toBeCloseTo(0.012, 9);
  });
});

describe('headers and a private authority', () => {
  it('headers of the configuration go with every request', async () => {
    const main = await openServer();
    await openGateway([{ ...main, headers: { 'x-tenant': 'blue' } }]).gateway.complete(hello());
    expect(main.requests[0]?.headers['x-tenant']).toBe('blue');
  });

  it('caFile makes a certificate believed that nobody else signed, and none without it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'errand-ca-'));
    try {
      const caFile = join(folder, 'ca.pem');
      await writeFile(caFile, privateCa.cert);
      const main = await openServer({ tls: privateCa, script: ['private'] });
      expect((await openGateway([{ ...main, caFile }]).gateway.complete(hello())).text).toBe('private');
      const { gateway } = openGateway([main]);
      await expect(gateway.complete(hello())).rejects.toMatchObject({ type: 'ModelUnavailable' });
      expect(await gateway.test('m1')).toMatchObject({
        ok: false,
        remedy: expect.stringContaining('caFile'),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
