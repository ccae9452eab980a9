import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../api/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** Signs in as a browser on the page of the API itself would. */
async function signIn(token = api.adminToken, of: TestApi = api): Promise<Response> {
  return fetch(`${of.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token }),
  });
}

async function sessionCookie(): Promise<string> {
  const [cookie = ''] = (await signIn()).headers.getSetCookie();
  return cookie.split(';')[0] ?? '';
}

describe('without a credential', () => {
  test('every route of the API, those of tomorrow included, answers 401', async () => {
    const routes = api.app.routes.filter(
      ({ path, method }) => path.startsWith('/api/') && !path.endsWith('*') && method !== 'ALL',
    );
    const tried = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    expect(tried.size).toBeGreaterThan(12);
    for (const route of tried) {
      const [method = '', path = ''] = route.split(' ');
      if (route === 'POST /api/v1/session') continue;
      const filled = path.replace(/:\w+/g, 'a').replace(/\{[^}]*\}/g, '');
      const hasBody = method !== 'GET' && method !== 'DELETE';
      const response = await fetch(`${api.url}${filled}`, { method, ...(hasBody ? { body: '{}' } : {}) });
      expect(`${route} ${response.status}`).toBe(`${route} 401`);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test('an unknown route, the metrics and the Temporal UI are not there either', async () => {
    expect((await fetch(`${api.url}/api/v1/nothing`)).status).toBe(401);
    expect((await fetch(`${api.url}/api/v2`)).status).toBe(401);
    expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${api.url}/nothing`)).status).toBe(404);
  });

  test('health is told, and nothing else', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(`${api.url}${path}`);
      expect([response.status, await response.text()]).toEqual([200, 'ok']);
    }
  });
});

describe('a bearer token', () => {
  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Basic abc',
    'Bearer a b',
    `Bearer ${'x'.repeat(5_000)}`,
  ])('%j is none', async (authorization) => {
    const response = await fetch(`${api.url}/api/v1/flows`, { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain(api.adminToken);
  });

  test('that is right opens the API, and an unknown route is 404 then', async () => {
    expect((await api.api('/api/v1/flows')).status).toBe(200);
    const unknown = await api.api('/api/v1/nothing');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  test('in the URL is not looked at', async () => {
    const response = await fetch(
      `${api.url}/api/v1/flows?token=${api.adminToken}&access_token=${api.adminToken}`,
    );
    expect(response.status).toBe(401);
  });

  test('that is wrong too often locks its address out for a while, right or wrong', async () => {
    const locked = await startTestApi();
    try {
      for (let tries = 0; tries < 20; tries++) await signIn('wrong', locked);
      const response = await signIn(locked.adminToken, locked);
      expect(response.status).toBe(429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await locked.api('/api/v1/flows')).status).toBe(429);
      expect((await fetch(`${locked.url}/api/v1/flows`)).status).toBe(401);
    } finally {
      await locked.close();
    }
  });
});

describe('a session', () => {
  test('is a cookie that scripts and other sites never see, and lasts twelve hours', async () => {
    const response = await signIn();
    expect(response.status).toBe(204);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^errand_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(api.adminToken);
  });

  test('is not given for a wrong token, or a body that is none', async () => {
    expect((await signIn('wrong')).status).toBe(401);
    const form = await fetch(`${api.url}/api/v1/session`, {
      method: 'POST',
      body: new URLSearchParams({ token: api.adminToken }),
    });
    expect(form.status).toBe(415);
    expect((await fetch(`${api.url}/api/v1/session`, { method: 'POST' })).status).toBe(400);
  });

  test('reads from anywhere, and writes from our own pages only', async () => {
    const cookie = await sessionCookie();
    const call = (method: string, headers: Record<string, string>) =>
      fetch(`${api.url}/api/v1/${method === 'GET' ? 'flows' : 'flows/validate'}`, {
        method,
        headers: { cookie, 'content-type': 'application/json', ...headers },
        ...(method === 'GET' ? {} : { body: '{}' }),
      });
    const status = async (method: string, headers: Record<string, string>) =>
      (await call(method, headers)).status;
    expect(await status('GET', {})).toBe(200);
    expect(await status('POST', { 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status('POST', { origin: api.url })).toBe(200);
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: api.url },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      expect(await status('POST', headers)).toBe(403);
    }
  });

  test('ends when it is signed out of', async () => {
    const cookie = await sessionCookie();
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const out = await fetch(`${api.url}/api/v1/session`, { method: 'DELETE', headers });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toMatch(/^errand_session=; Max-Age=0/);
    expect((await fetch(`${api.url}/api/v1/flows`, { headers })).status).toBe(401);
  });

  test('that was made up or changed is none', async () => {
    const cookie = await sessionCookie();
    for (const forged of ['errand_session=1', cookie.slice(0, -2), `${cookie}x`]) {
      const response = await fetch(`${api.url}/api/v1/flows`, { headers: { cookie: forged } });
      expect(response.status).toBe(401);
    }
  });
});
