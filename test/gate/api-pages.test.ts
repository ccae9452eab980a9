import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { bodyOf, startTestApi, type TestApi } from '../api/start-test-api.ts';

const openApi = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ temporalUi: inject('temporal').uiUrl });
});
afterAll(() => api.close());

describe('the pages', () => {
  test('speak the browser’s language and name the command that prints the token', async () => {
    const page = async (language: string) =>
      (await fetch(`${api.url}/`, { headers: { 'accept-language': language } })).text();
    expect(await page('en-GB')).toMatch(/<html lang="en">[\s\S]*Sign in/);
    const chinese = await page('zh-CN,zh;q=0.9');
    expect(chinese).toMatch(/<html lang="zh-CN">[\s\S]*登录/);
    expect(chinese).toContain('npm run errand -- token');
  });

  test('load everything from here', async () => {
    for (const path of ['/', '/docs']) {
      const html = await (await fetch(`${api.url}${path}`)).text();
      expect(html).not.toMatch(/https?:|\bon\w+=|<script(?![^>]*src=)/);
      const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, asset]) => asset ?? '');
      expect(assets.length).toBeGreaterThan(1);
      for (const asset of assets) {
        const response = await fetch(`${api.url}${asset}`);
        expect(response.status).toBe(200);
        const etag = response.headers.get('etag') ?? '';
        const again = await fetch(`${api.url}${asset}`, { headers: { 'if-none-match': etag } });
        expect(again.status).toBe(304);
      }
    }
  });
});

describe('/openapi.json', () => {
  test('is OpenAPI 3.1 and describes every route of the API, webhooks and operations', async () => {
    const document = await bodyOf(openApi, await fetch(`${api.url}/openapi.json`));
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = api.app.routes
      .filter(({ path, method }) => path.startsWith('/api/') && !path.endsWith('*') && method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described).toEqual(expect.arrayContaining(routes));
    expect(described).toEqual(
      expect.arrayContaining(['POST /webhooks/{account}', 'GET /metrics', 'GET /healthz']),
    );
  });

  test('refers to nothing that it does not define', async () => {
    const text = await (await fetch(`${api.url}/openapi.json`)).text();
    const { components } = JSON.parse(text);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(components.schemas).toHaveProperty(name);
    }
  });
});

describe('/temporal/', () => {
  test('is Temporal’s own UI for administrators, under a policy of ours', async () => {
    const response = await api.api('/temporal/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const html = await response.text();
    const [, script = ''] = /"(\/temporal\/_app\/immutable\/[^"]+\.js)"/.exec(html) ?? [];
    const asset = await api.api(script);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      'private, max-age=31536000, immutable',
    ]);
  });

  test('asks everybody else to sign in: programs by 401, people by the way to the page', async () => {
    expect((await fetch(`${api.url}/temporal/`)).status).toBe(401);
    const person = await fetch(`${api.url}/temporal/`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect([person.status, person.headers.get('location')]).toEqual([303, '/']);
    expect(
      (await fetch(`${api.url}/temporal/api/v1/namespaces`, { method: 'POST', body: '{}' })).status,
    ).toBe(401);
  });

  test('never hears our credentials', async () => {
    const heard: string[] = [];
    const ui = createServer((request, response) => {
      heard.push(JSON.stringify(request.headers));
      response.end('ok');
    });
    await new Promise<void>((resolve) => ui.listen(0, '127.0.0.1', resolve));
    const address = ui.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const proxy = await startTestApi({ temporalUi: `http://127.0.0.1:${port}` });
    try {
      const cookie = 'errand_session=ours; _csrf=theirs';
      const response = await proxy.api('/temporal/api/x?y=1', {
        headers: { cookie, 'x-forwarded-for': '1.2.3.4' },
      });
      expect(await response.text()).toBe('ok');
      expect(heard).toHaveLength(1);
      expect(heard[0]).toContain('_csrf=theirs');
      expect(heard[0]).not.toMatch(/ours|authorization|x-forwarded/i);
      expect(heard[0]).not.toContain(proxy.adminToken);
    } finally {
      await proxy.close();
      ui.close();
    }
  });

  test('that does not answer is 502, without saying where it should be', async () => {
    const proxy = await startTestApi({ temporalUi: 'http://127.0.0.1:1' });
    try {
      const response = await proxy.api('/temporal/');
      expect(response.status).toBe(502);
      expect(await response.text()).not.toContain('127.0.0.1');
    } finally {
      await proxy.close();
    }
  });
});
