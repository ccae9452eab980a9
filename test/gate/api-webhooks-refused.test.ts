import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { order, problemOf, startTestApi, type TestApi } from '../api/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('a request that is not genuine', () => {
  const now = () => Math.floor(Date.now() / 1_000);

  test.each([
    [
      'has a wrong signature',
      () => api.post(order, { secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` }),
    ],
    ['has a stale signature', () => api.post(order, { timestamp: now() - 400 })],
    ['has a signature from the future', () => api.post(order, { timestamp: now() + 400 })],
    [
      'has no signature',
      () => fetch(`${api.url}/webhooks/hook`, { method: 'POST', body: JSON.stringify(order) }),
    ],
  ])('because it %s is refused with 401', async (_, send) => {
    expect(await problemOf(await send())).toMatchObject({ status: 401, type: 'signature-invalid' });
  });

  test('to an account that does not exist is refused with 404, and by another method with 405', async () => {
    const unknown = await fetch(`${api.url}/webhooks/nobody`, { method: 'POST', body: '{}' });
    expect(await problemOf(unknown)).toMatchObject({ status: 404, type: 'not-found' });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await fetch(`${api.url}/webhooks/hook`, { method })).status).toBe(405);
    }
  });
});

describe('a genuine body that makes no sense is refused with 400', () => {
  const nested = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;

  test.each([
    ['empty', '', /empty/],
    ['not JSON', 'hello', /JSON/],
    ['of the wrong shape', '{"conversation":1}', /conversation/],
    ['10,000 levels deep', nested, /deep/],
    ['with a NUL', JSON.stringify({ ...order, text: 'a\u0000b' }), /NUL/],
    ['half a surrogate pair', JSON.stringify({ ...order, text: 'a\ud800' }), /surrogate/],
  ])('when it is %s', async (_, body, detail) => {
    const { status, detail: said } = await problemOf(await api.post(body));
    expect(status).toBe(400);
    expect(said).toMatch(detail);
  });

  test('when it is broken UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const id = randomUUID();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(api.secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    const response = await fetch(`${api.url}/webhooks/hook`, {
      method: 'POST',
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body,
    });
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      detail: expect.stringContaining('UTF-8'),
    });
  });
});

test('a body of 10 MB is refused with 413, whether or not it says its size', async () => {
  const body = Buffer.alloc(10_000_000, 0x20);
  const url = `${api.url}/webhooks/hook`;
  const announced = await fetch(url, { method: 'POST', body }).catch(() => null);
  // A sender that goes on writing may find the connection closed instead of reading the answer.
  if (announced) expect(announced.status).toBe(413);
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(100_000));
    },
  });
  const endless = await fetch(url, { method: 'POST', body: stream, duplex: 'half' }).catch(() => null);
  if (endless) expect(endless.status).toBe(413);
  expect((await api.post(order)).status).toBe(202);
});
