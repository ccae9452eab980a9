import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEgress, type Egress, EgressError, type EgressOptions } from '../../services/egress/index.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function open(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({ allow: [], ...options });
  closers.push(() => egress.close());
  return egress;
}

async function serve(
  listener: RequestListener,
  at?: { host?: string; port?: number },
): Promise<LoopbackServer> {
  const server = await startLoopbackServer(listener, at);
  closers.push(() => server.close());
  return server;
}

async function failureOf(call: Promise<unknown>): Promise<EgressError> {
  const error = await call.then(
    () => new Error('it went through'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EgressError)) throw error;
  return error;
}

const loopback = ['127.0.0.1'];
const hello: RequestListener = (_, response) => void response.end('hello');
const text = (body: Uint8Array) => Buffer.from(body).toString();

/** Writes zeros until the other side has had enough. */
function pour(response: ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(1_000_000);
  let left = bytes;
  const write = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) return void response.once('drain', write);
    }
    response.end();
  };
  write();
}

describe('what a guarded request may reach', () => {
  it('refuses loopback addresses and names without making a connection', async () => {
    const server = await serve(hello);
    const egress = open();
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
    ]) {
      expect((await failureOf(egress.fetch(`http://${host}:${server.port}/`))).type).toBe('EgressRefused');
    }
    expect(server.connections()).toBe(0);
  });

  it('reaches what is allowed by address or by name', async () => {
    const server = await serve(hello);
    expect(text((await open({ allow: loopback }).fetch(server.origin)).body)).toBe('hello');
    const byName = open({ allow: ['localhost'] });
    expect((await byName.fetch(`http://localhost:${server.port}/`)).status).toBe(200);
    expect((await failureOf(byName.fetch(server.origin))).type).toBe('EgressRefused');
  });

  it('refuses a name when only one of its addresses is private', async () => {
    const server = await serve(hello);
    const egress = open({
      allow: loopback,
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    });
    const { type, message } = await failureOf(egress.fetch(`http://mixed.test:${server.port}/`));
    expect([type, message]).toEqual(['EgressRefused', 'mixed.test has an address that is not public']);
    expect(server.connections()).toBe(0);
  });

  it('connects to the very address that was checked when a name changes its mind', async () => {
    const allowed = await serve(
      (_, response) => void response.setHeader('connection', 'close').end('allowed'),
      {
        host: '127.0.0.2',
      },
    );
    const forbidden = await serve(hello, { port: allowed.port });
    const answers = ['127.0.0.2', '127.0.0.1'];
    const resolve = vi.fn(async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
    const egress = open({ allow: ['127.0.0.2'], resolve });
    const url = `http://rebinding.test:${allowed.port}/`;
    expect(text((await egress.fetch(url)).body)).toBe('allowed');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect((await failureOf(egress.fetch(url))).type).toBe('EgressRefused');
    expect(forbidden.connections()).toBe(0);
  });

  it('says Unreachable of a name that does not resolve', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    const { type, message } = await failureOf(
      open({ resolve }).fetch('http://nowhere.test/secret?token=hunter22'),
    );
    expect(type).toBe('Unreachable');
    expect(message).toContain('nowhere.test');
    expect(message).not.toMatch(/secret|hunter22/);
  });

  it.each(['not a url', 'ftp://example.com/', 'http://user:hunter22@example.com/', 'http://example.com:25/'])(
    'refuses %s',
    async (url) => {
      const { type, message } = await failureOf(open().fetch(url));
      expect(type).toBe('EgressRefused');
      expect(message).not.toContain('hunter22');
    },
  );
});

describe('redirects', () => {
  const to = (location: string, status = 302): RequestListener => {
    return (_, response) => void response.writeHead(status, { location }).end();
  };

  it('are followed, and the last address is told', async () => {
    const target = await serve(hello);
    const server = await serve(to(`${target.origin}/there`));
    const response = await open({ allow: loopback }).fetch(server.origin);
    expect([response.url, text(response.body)]).toEqual([`${target.origin}/there`, 'hello']);
  });

  it('are checked like first addresses', async () => {
    const forbidden = await serve(hello);
    const server = await serve(to(`http://127.0.0.1:${forbidden.port}/`), { host: '127.0.0.2' });
    const egress = open({ allow: ['127.0.0.2'] });
    expect((await failureOf(egress.fetch(server.origin))).type).toBe('EgressRefused');
    expect((await failureOf(egress.fetchTrusted(server.origin))).type).toBe('EgressRefused');
    expect(forbidden.connections()).toBe(0);
  });

  it('end after five', async () => {
    let hops = 0;
    const server = await serve(
      (_, response) => void response.writeHead(302, { location: `/${++hops}` }).end(),
    );
    expect((await failureOf(open({ allow: loopback }).fetch(server.origin))).type).toBe('EgressRefused');
    expect(hops).toBe(6);
  });

  it('are returned when none may be followed', async () => {
    const server = await serve(to('/elsewhere'));
    const response = await open().fetchTrusted(server.origin, { maxRedirects: 0 });
    expect([response.status, response.headers.location]).toEqual([302, '/elsewhere']);
  });

  it('do not carry credentials to another origin', async () => {
    let seen: IncomingHttpHeaders = {};
    const target = await serve((request, response) => {
      seen = request.headers;
      response.end();
    });
    const server = await serve(to(target.origin, 307));
    const headers = { Authorization: 'Bearer hunter22', Cookie: 'a=b', 'X-Plain': 'kept' };
    await open({ allow: loopback }).fetch(server.origin, { method: 'POST', headers, body: '{}' });
    expect(seen).toMatchObject({ 'x-plain': 'kept', 'content-length': '2' });
    expect(seen.authorization ?? seen.cookie).toBeUndefined();
  });
});

describe('what is sent', () => {
  it('has the method, headers and body of the caller, and not the headers of the connection', async () => {
    let seen: { method?: string; headers: IncomingHttpHeaders; body: string } = { headers: {}, body: '' };
    const server = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen = { method: request.method, headers: request.headers, body };
      response.end();
    });
    await open({ allow: loopback }).fetch(server.origin, {
      method: 'put',
      headers: { Host: 'evil.test', 'Content-Length': '99', 'Transfer-Encoding': 'chunked', 'X-Mine': '1' },
      body: Buffer.from('héllo'),
    });
    expect(seen).toMatchObject({ method: 'PUT', body: 'héllo' });
    expect(seen.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'content-length': '6',
      'x-mine': '1',
    });
    expect(seen.headers['transfer-encoding']).toBeUndefined();
  });

  it.each([
    ['CONNECT', {}],
    ['TRACE', {}],
    ['BAD METHOD', {}],
    ['GET', { 'x-bad': 'a\r\nx-smuggled: 1' }],
  ])('is refused when it is malformed: %s', async (method, headers) => {
    const server = await serve(hello);
    const { type, message } = await failureOf(open().fetchTrusted(server.origin, { method, headers }));
    expect(type).toBe('EgressRefused');
    expect(message).not.toContain('smuggled');
  });

  it('uses connections again', async () => {
    const server = await serve(hello);
    const egress = open();
    for (let round = 0; round < 20; round += 1) await egress.fetchTrusted(server.origin);
    // The pool opens a second one when a request follows in the same turn of the event loop.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});

describe('caps', () => {
  it.each([
    ['in chunks', {}],
    ['of a declared length', { 'content-length': '10000000000' }],
  ])('cut off 10 GB %s and close the connection', async (_, headers) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, headers);
      pour(response, 10_000_000_000);
    });
    const error = await failureOf(open().fetchTrusted(server.origin, { maxBytes: 100_000 }));
    expect([error.type, error.message]).toEqual([
      'TooLarge',
      `127.0.0.1:${server.port} sent more than 100000 bytes`,
    ]);
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('count after decompression of %s', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(20_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb);
    });
    const before = process.memoryUsage().arrayBuffers;
    const error = await failureOf(open().fetchTrusted(server.origin, { maxBytes: 100_000 }));
    expect(error.type).toBe('TooLarge');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('undo %s, which is offered', async (encoding, compress) => {
    const server = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toContain(encoding);
      response.writeHead(200, { 'content-encoding': encoding }).end(compress('hello'));
    });
    const { body, headers } = await open().fetchTrusted(server.origin);
    expect(text(body)).toBe('hello');
    expect(headers['content-encoding'] ?? headers['content-length']).toBeUndefined();
  });

  it('say Unreachable of a body that is not what its coding says', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('hello');
    });
    expect((await failureOf(open().fetchTrusted(server.origin))).type).toBe('Unreachable');
  });

  it('take a HEAD response that describes a body it does not have', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '99999999' }).end();
    });
    const response = await open().fetchTrusted(server.origin, { method: 'HEAD', maxBytes: 10 });
    expect([response.status, response.body.length]).toEqual([200, 0]);
  });
});

describe('time', () => {
  it.each<[string, RequestListener]>([
    ['before the head', () => {}],
    ['within the body', (_, response) => void response.write('hel')],
    ['by one byte at a time', drip],
  ])('runs out %s', async (_, listener) => {
    const server = await serve(listener);
    const started = performance.now();
    const error = await failureOf(open().fetchTrusted(server.origin, { timeoutMs: 300 }));
    expect([error.type, error.message]).toEqual([
      'Timeout',
      `127.0.0.1:${server.port} did not answer within 300 ms`,
    ]);
    expect(performance.now() - started).toBeLessThan(2_000);
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it('ends with the reason of the caller when the caller gives up', async () => {
    const asked = vi.fn();
    const server = await serve(asked);
    const controller = new AbortController();
    const call = open().fetchTrusted(server.origin, { signal: controller.signal });
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    const reason = new Error('stopped');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(open().fetchTrusted(server.origin, { signal: controller.signal })).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it('says Unreachable when nobody listens, or the connection breaks', async () => {
    const server = await serve((request) => void request.socket.destroy());
    expect((await failureOf(open().fetchTrusted(server.origin))).type).toBe('Unreachable');
    await server.close();
    closers.pop();
    const { type, message } = await failureOf(open().fetchTrusted(`${server.origin}/x?token=hunter22`));
    expect([type, message]).toEqual([
      'Unreachable',
      `127.0.0.1:${server.port} cannot be reached or broke off (ECONNREFUSED)`,
    ]);
  });
});

describe('a discarded body', () => {
  it('does not hold up the answer, and leaves the connection in use when it is small', async () => {
    const server = await serve(hello);
    const egress = open();
    for (let round = 0; round < 20; round += 1) {
      const { status, body } = await egress.fetchTrusted(server.origin, { discardBody: true });
      expect([status, body.length]).toEqual([200, 0]);
    }
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it.each<[string, RequestListener]>([
    ['is too large', (_, response) => pour(response, 10_000_000)],
    ['never ends', (_, response) => void response.write('x')],
  ])('closes the connection when it %s', async (_, listener) => {
    const server = await serve(listener);
    const request = { discardBody: true, maxBytes: 64_000, timeoutMs: 500 };
    expect((await open().fetchTrusted(server.origin, request)).status).toBe(200);
    await vi.waitFor(() => expect(server.open()).toBe(0), 3_000);
  });
});

function drip(_: unknown, response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
}
