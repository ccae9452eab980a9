import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { failureOf, hello, openEgress, serve, textOf } from './egress-harness.ts';

const loopback = ['127.0.0.1'];

describe('what a guarded request may reach', () => {
  it('refuses loopback addresses and names without making a connection', async () => {
    const server = await serve(hello);
    const egress = openEgress();
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
    expect(textOf((await openEgress({ allow: loopback }).fetch(server.origin)).body)).toBe('hello');
    const byName = openEgress({ allow: ['localhost'] });
    expect((await byName.fetch(`http://localhost:${server.port}/`)).status).toBe(200);
    expect((await failureOf(byName.fetch(server.origin))).type).toBe('EgressRefused');
  });

  it('refuses a name when only one of its addresses is private', async () => {
    const server = await serve(hello);
    const egress = openEgress({
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
    const egress = openEgress({ allow: ['127.0.0.2'], resolve });
    const url = `http://rebinding.test:${allowed.port}/`;
    expect(textOf((await egress.fetch(url)).body)).toBe('allowed');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect((await failureOf(egress.fetch(url))).type).toBe('EgressRefused');
    expect(forbidden.connections()).toBe(0);
  });

  it('says Unreachable of a name that does not resolve', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    const { type, message } = await failureOf(
      openEgress({ resolve }).fetch('http://nowhere.test/secret?token=hunter22'),
    );
    expect(type).toBe('Unreachable');
    expect(message).toContain('nowhere.test');
    expect(message).not.toMatch(/secret|hunter22/);
  });

  it.each(['not a url', 'ftp://example.com/', 'http://user:hunter22@example.com/', 'http://example.com:25/'])(
    'refuses %s',
    async (url) => {
      const { type, message } = await failureOf(openEgress().fetch(url));
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
    const response = await openEgress({ allow: loopback }).fetch(server.origin);
    expect([response.url, textOf(response.body)]).toEqual([`${target.origin}/there`, 'hello']);
  });

  it('are checked like first addresses', async () => {
    const forbidden = await serve(hello);
    const server = await serve(to(`http://127.0.0.1:${forbidden.port}/`), { host: '127.0.0.2' });
    const egress = openEgress({ allow: ['127.0.0.2'] });
    expect((await failureOf(egress.fetch(server.origin))).type).toBe('EgressRefused');
    expect((await failureOf(egress.fetchTrusted(server.origin))).type).toBe('EgressRefused');
    expect(forbidden.connections()).toBe(0);
  });

  it('end after five', async () => {
    let hops = 0;
    const server = await serve(
      (_, response) => void response.writeHead(302, { location: `/${++hops}` }).end(),
    );
    expect((await failureOf(openEgress({ allow: loopback }).fetch(server.origin))).type).toBe(
      'EgressRefused',
    );
    expect(hops).toBe(6);
  });

  it('are returned when none may be followed', async () => {
    const server = await serve(to('/elsewhere'));
    const response = await openEgress().fetchTrusted(server.origin, { maxRedirects: 0 });
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
    await openEgress({ allow: loopback }).fetch(server.origin, { method: 'POST', headers, body: '{}' });
    expect(seen).toMatchObject({ 'x-plain': 'kept', 'content-length': '2' });
    expect(seen.authorization ?? seen.cookie).toBeUndefined();
  });
});
