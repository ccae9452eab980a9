import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { startLoopbackServer } from '../fakes/loopback-server.ts';
import { failureOf, hello, openEgress, serve, textOf } from './egress-harness.ts';

const loopback = ['127.0.0.1'];

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

describe('what is sent', () => {
  it('has the method, headers and body of the caller, and not the headers of the connection', async () => {
    let seen: { method?: string; headers: IncomingHttpHeaders; body: string } = { headers: {}, body: '' };
    const server = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen = { method: request.method, headers: request.headers, body };
      response.end();
    });
    await openEgress({ allow: loopback }).fetch(server.origin, {
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
    const { type, message } = await failureOf(openEgress().fetchTrusted(server.origin, { method, headers }));
    expect(type).toBe('EgressRefused');
    expect(message).not.toContain('smuggled');
  });

  it('uses connections again', async () => {
    const server = await serve(hello);
    const egress = openEgress();
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
    const error = await failureOf(openEgress().fetchTrusted(server.origin, { maxBytes: 100_000 }));
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
    const error = await failureOf(openEgress().fetchTrusted(server.origin, { maxBytes: 100_000 }));
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
    const { body, headers } = await openEgress().fetchTrusted(server.origin);
    expect(textOf(body)).toBe('hello');
    expect(headers['content-encoding'] ?? headers['content-length']).toBeUndefined();
  });

  it('say Unreachable of a body that is not what its coding says', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('hello');
    });
    expect((await failureOf(openEgress().fetchTrusted(server.origin))).type).toBe('Unreachable');
  });

  it('take a HEAD response that describes a body it does not have', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '99999999' }).end();
    });
    const response = await openEgress().fetchTrusted(server.origin, { method: 'HEAD', maxBytes: 10 });
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
    const error = await failureOf(openEgress().fetchTrusted(server.origin, { timeoutMs: 300 }));
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
    const call = openEgress().fetchTrusted(server.origin, { signal: controller.signal });
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    const reason = new Error('stopped');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(openEgress().fetchTrusted(server.origin, { signal: controller.signal })).rejects.toBe(
      reason,
    );
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it('says Unreachable when nobody listens, or the connection breaks', async () => {
    const server = await serve((request) => void request.socket.destroy());
    expect((await failureOf(openEgress().fetchTrusted(server.origin))).type).toBe('Unreachable');
    const closed = await startLoopbackServer(hello);
    await closed.close();
    const { type, message } = await failureOf(openEgress().fetchTrusted(`${closed.origin}/x?token=hunter22`));
    expect([type, message]).toEqual([
      'Unreachable',
      `127.0.0.1:${closed.port} cannot be reached or broke off (ECONNREFUSED)`,
    ]);
  });
});

describe('a discarded body', () => {
  it('does not hold up the answer, and leaves the connection in use when it is small', async () => {
    const server = await serve(hello);
    const egress = openEgress();
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
    expect((await openEgress().fetchTrusted(server.origin, request)).status).toBe(200);
    await vi.waitFor(() => expect(server.open()).toBe(0), 3_000);
  });
});

function drip(_: unknown, response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
}
