import { once } from 'node:events';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import OpenAI from 'openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEgress } from '../../services/egress/index.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';

const egress = createEgress({ allow: [] });
const { trustedFetch } = egress;
const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(listener: Parameters<typeof startLoopbackServer>[0]): Promise<LoopbackServer> {
  const server = await startLoopbackServer(listener);
  servers.push(server);
  return server;
}

describe('trustedFetch', () => {
  it('sends what the standard lets one send, in every form of body', async () => {
    const server = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${body}`);
    });
    const url = `${server.origin}/p?q=1`;
    const init = { method: 'POST', headers: { 'x-a': '1' } };
    const bodies = ['a=b', Buffer.from('a=b'), new URLSearchParams({ a: 'b' }), new Blob(['a=b'])];
    for (const body of bodies) {
      expect(await (await trustedFetch(url, { ...init, body })).text()).toBe('POST /p?q=1 1 a=b');
    }
    const request = new Request(url, { ...init, body: 'a=b' });
    expect(await (await trustedFetch(request)).text()).toBe('POST /p?q=1 1 a=b');
    expect(await (await trustedFetch(new URL(url))).text()).toBe('GET /p?q=1 undefined ');
  });

  it('gives status, headers and JSON, and undoes gzip', async () => {
    const server = await serve((_, response) => {
      response.writeHead(418, { 'content-encoding': 'gzip', 'set-cookie': ['a=1', 'b=2'] });
      response.end(gzipSync('{"a":1}'));
    });
    const response = await trustedFetch(server.origin);
    expect([response.status, response.ok, response.headers.getSetCookie()]).toEqual([
      418,
      false,
      ['a=1', 'b=2'],
    ]);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it('takes a response without body', async () => {
    const server = await serve((_, response) => void response.writeHead(204).end());
    const response = await trustedFetch(server.origin);
    expect([response.status, response.body]).toEqual([204, null]);
  });

  it('returns redirects instead of following them', async () => {
    const server = await serve((_, response) => void response.writeHead(302, { location: '/x' }).end());
    expect((await trustedFetch(server.origin)).status).toBe(302);
  });

  it('hands over what has come while the rest is still on its way', async () => {
    let finish = () => {};
    const server = await serve((_, response) => {
      response.write('first');
      finish = () => void response.end('second');
    });
    const reader = (await trustedFetch(server.origin)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
    finish();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('second');
    expect((await reader?.read())?.done).toBe(true);
  });

  it('closes the connection when the reader turns away', async () => {
    const server = await serve((_, response) => void response.write('first'));
    await (await trustedFetch(server.origin)).body?.cancel();
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it('fails with the reason of the signal, before and within the body', async () => {
    const broken: (string | undefined)[] = [];
    const asked = vi.fn();
    const server = await serve((request, response) => {
      asked();
      response.on('close', () => broken.push(request.url));
      if (request.url === '/body') response.write('x');
    });
    const reason = new Error('enough');
    const before = new AbortController();
    const call = trustedFetch(`${server.origin}/head`, { signal: before.signal });
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    before.abort(reason);
    await expect(call).rejects.toBe(reason);

    const within = new AbortController();
    const response = await trustedFetch(`${server.origin}/body`, { signal: within.signal });
    within.abort(reason);
    await expect(response.text()).rejects.toBe(reason);
    await vi.waitFor(() => expect(broken).toEqual(['/head', '/body']));
  });

  it('fails as the standard says when nobody listens', async () => {
    const server = await startLoopbackServer(() => {});
    await server.close();
    await expect(trustedFetch(server.origin)).rejects.toThrow(new TypeError('fetch failed'));
  });

  it('gives up a connection that does not open in the time it was given', async () => {
    // It is taken, but the handshake of TLS is never answered.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const call = trustedFetch(`https://127.0.0.1:${port}/`, { connectTimeoutMs: 200 });
    await expect(call).rejects.toMatchObject({ cause: { code: 'UND_ERR_CONNECT_TIMEOUT' } });
    silent.close();
  });

  it('ends a response that never ends', async () => {
    const chunk = Buffer.alloc(1_000_000);
    const server = await serve((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    });
    const response = await trustedFetch(server.origin);
    await expect(
      (async () => {
        for await (const _ of response.body ?? []);
      })(),
    ).rejects.toThrow('sent more than 32000000 bytes');
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it('carries the openai client, streams included', async () => {
    const part = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
    const server = await serve((request, response) => {
      expect(request.headers.authorization).toBe('Bearer key');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(part('hel'));
      response.end(`${part('lo')}data: [DONE]\n\n`);
    });
    const openai = new OpenAI({
      baseURL: `${server.origin}/v1`,
      apiKey: 'key',
      fetch: trustedFetch,
      maxRetries: 0,
    });
    const stream = await openai.chat.completions.create({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('hello');
  });
});
