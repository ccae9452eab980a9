import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../api/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('address lists', () => {
  test('shut a surface for everybody who is not on its list, by the address behind trusted proxies', async () => {
    const guarded = await startTestApi({
      access: {
        ipAllow: { webhooks: ['192.0.2.0/24'], console: ['198.51.100.7'] },
        trustedProxies: ['127.0.0.1'],
      },
    });
    try {
      const status = async (path: string, forwardedFor?: string, method = 'GET') =>
        (
          await fetch(`${guarded.url}${path}`, {
            method,
            headers: forwardedFor ? { 'x-forwarded-for': forwardedFor } : {},
          })
        ).status;
      expect(await status('/', '198.51.100.7')).toBe(200);
      expect(await status('/', '198.51.100.8')).toBe(403);
      expect(await status('/', '198.51.100.7, 203.0.113.1')).toBe(403);
      expect(await status('/', 'nonsense')).toBe(403);
      expect(await status('/')).toBe(403);
      expect(await status('/webhooks/hook', '192.0.2.9', 'POST')).toBe(401);
      expect(await status('/webhooks/hook', '198.51.100.7', 'POST')).toBe(403);
      expect(await status('/api/v1/runs', '192.0.2.9')).toBe(403);
      expect(await status('/healthz')).toBe(200);
    } finally {
      await guarded.close();
    }
  });

  test('cannot be passed by a forged header when no proxy is trusted', async () => {
    const guarded = await startTestApi({ access: { ipAllow: { console: ['198.51.100.7'] } } });
    try {
      const response = await fetch(`${guarded.url}/`, { headers: { 'x-forwarded-for': '198.51.100.7' } });
      expect(response.status).toBe(403);
    } finally {
      await guarded.close();
    }
  });

  test('make a cookie Secure when the trusted proxy says that the browser speaks https', async () => {
    const proxied = await startTestApi({ access: { trustedProxies: ['127.0.0.1'] } });
    try {
      const response = await fetch(`${proxied.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
        body: JSON.stringify({ token: proxied.adminToken }),
      });
      expect(response.headers.getSetCookie()[0]).toContain('; Secure');
    } finally {
      await proxied.close();
    }
  });
});

describe('every answer', () => {
  test('has headers that keep it from being sniffed, framed or told to others', async () => {
    for (const path of [
      '/',
      '/docs',
      '/healthz',
      '/nothing',
      '/api/v1/runs',
      '/assets/landing.js',
      '/openapi.json',
    ]) {
      const { headers } = await fetch(`${api.url}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('is logged once with its trace, by route and not by address', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await api.api('/api/v1/flows/assistant', {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    const lines = api.lines.filter((line) => line.includes(traceId)).map((line) => JSON.parse(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'info', method: 'GET', route: '/api/v1/flows/:id', status: 200 });
  });
});

describe('a body', () => {
  const validate = (body: string | Uint8Array, type = 'application/json') =>
    api.api('/api/v1/flows/validate', { method: 'POST', headers: { 'content-type': type }, body });

  test('that is no JSON, too deep or of another type is refused before it is looked into', async () => {
    expect((await validate('nonsense')).status).toBe(400);
    expect((await validate('['.repeat(10_000))).status).toBe(400);
    expect((await validate('{}', 'text/plain')).status).toBe(415);
    expect((await validate('{}', 'application/x-www-form-urlencoded')).status).toBe(415);
  });

  test('that is too large is refused with 413', async () => {
    const response = await validate(new Uint8Array(10_000_000)).catch(() => null);
    // Node's fetch may see the connection end before it has written everything.
    if (response) expect(response.status).toBe(413);
    expect((await validate('{}')).status).toBe(200);
  });
});
