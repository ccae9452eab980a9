import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { readBody } from '../../api/body.ts';
import type { ApiEnv } from '../../api/context.ts';
import { ProblemError, problemResponse } from '../../api/problems.ts';
import { serve } from '../../api/server.ts';

/** Echoes a body of at most 100 bytes that arrives within 300 ms. */
function echo(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError((error) =>
    error instanceof ProblemError
      ? problemResponse(error.problem, error.options)
      : problemResponse('internal'),
  );
  app.post('/', async (c) => {
    const body = await readBody(c.req.raw, c.env.incoming, { bytes: 100, ms: 300 });
    return c.text(Buffer.from(body).toString());
  });
  return app;
}

async function raw(port: number, ...parts: string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return socket;
}

const head = 'POST / HTTP/1.1\r\nhost: x\r\n';

test('a body is read as it came, in one piece or in many, and 100 bytes are not too many', async () => {
  const server = await serve(echo(), { host: '127.0.0.1', port: 0 });
  try {
    const body = 'x'.repeat(100);
    expect(await (await fetch(server.url, { method: 'POST', body })).text()).toBe(body);
    const chunked = await raw(server.port, `${head}transfer-encoding: chunked\r\nconnection: close\r\n\r\n`);
    chunked.write('3\r\nabc\r\n');
    chunked.write('3\r\ndef\r\n0\r\n\r\n');
    expect(await text(chunked)).toMatch(/200 OK[\s\S]*abcdef$/);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(200);
  } finally {
    await server.close();
  }
});

test('a body above the limit is refused while it arrives, and the sender hears so', async () => {
  const server = await serve(echo(), { host: '127.0.0.1', port: 0 });
  try {
    const announced = await raw(server.port, `${head}content-length: 101\r\n\r\n`);
    expect(await text(announced)).toMatch(/^HTTP\/1.1 413/);
    const endless = await raw(server.port, `${head}transfer-encoding: chunked\r\n\r\n`);
    endless.write(`65\r\n${'x'.repeat(101)}\r\n`);
    expect(await text(endless)).toMatch(/^HTTP\/1.1 413/);
  } finally {
    await server.close();
  }
});

test('a body that takes too long is given up with 408, and one that breaks off harms nobody', async () => {
  const server = await serve(echo(), { host: '127.0.0.1', port: 0 });
  try {
    const broken = await raw(server.port, `${head}content-length: 50\r\n\r\nabc`);
    broken.destroy();
    const slow = await raw(server.port, `${head}content-length: 50\r\n\r\nabc`);
    expect(await text(slow)).toMatch(/^HTTP\/1.1 408/);
    expect((await fetch(server.url, { method: 'POST', body: 'fine' })).status).toBe(200);
  } finally {
    await server.close();
  }
});

test('headers of more than 16 KB are refused with 431', async () => {
  const server = await serve(echo(), { host: '127.0.0.1', port: 0 });
  try {
    const socket = await raw(server.port, `${head}x-large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 431/);
  } finally {
    await server.close();
  }
});

test('closing lets a request in flight finish, takes no new one, and then is over', async () => {
  let release: () => void = () => {};
  let arrived: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const inFlight = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const app = new Hono().get('/', async (c) => {
    arrived();
    await released;
    return c.text('done');
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  const response = fetch(server.url);
  await inFlight;
  const closed = server.close();
  await expect(fetch(server.url)).rejects.toThrow();
  release();
  expect(await (await response).text()).toBe('done');
  await closed;
});

test('closing ends what does not finish within the grace time', async () => {
  let arrived: () => void = () => {};
  const inFlight = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const app = new Hono().get('/', () => {
    arrived();
    return new Promise<Response>(() => {});
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  const response = fetch(server.url).catch(() => 'ended');
  await inFlight;
  await server.close(50);
  expect(await response).toBe('ended');
});

test('an address that is taken is told as such', async () => {
  const server = await serve(new Hono(), { host: '127.0.0.1', port: 0 });
  try {
    await expect(serve(new Hono(), { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  } finally {
    await server.close();
  }
});
