import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { flowLimits } from '../../contracts/flow-limits.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { failureOfNode, nodeInputOf, runNode } from '../../test/fakes/model-server-node.ts';
import { createHttpActivity } from './http.ts';

let server: Server | undefined;
let egress: Egress | undefined;

afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  await egress?.close();
});

async function serving(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  server = createServer(handler);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`;
}

function http(allow = ['127.0.0.1']) {
  egress = createEgress({ allow });
  return createHttpActivity({ egress, logger: { info: () => {}, warn: () => {} } });
}

const answering = (status: number, headers = {}, body = '') =>
  serving((_, response) => response.writeHead(status, headers).end(body));

describe('an HTTP node', () => {
  it('sends method, query, headers and a JSON body, and parses the JSON that comes back', async () => {
    const url = await serving(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      const { method, url: path, headers } = request;
      const seen = {
        method,
        path,
        key: headers['x-key'],
        type: headers['content-type'],
        body: JSON.parse(body),
      };
      response
        .writeHead(201, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(seen));
    });
    const config = {
      method: 'POST',
      url,
      query: { page: 2, q: 'a b' },
      headers: { 'X-Key': 'k' },
      body: { n: 1 },
    };
    const { output } = await runNode(http(), nodeInputOf(config));
    expect(output).toMatchObject({
      status: 201,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: {
        method: 'POST',
        path: '/path?page=2&q=a+b',
        key: 'k',
        type: 'application/json',
        body: { n: 1 },
      },
    });
  });

  it('gives other bodies as text', async () => {
    const url = await answering(200, { 'content-type': 'text/plain' }, '{"not":"parsed"}');
    expect((await runNode(http(), nodeInputOf({ url }))).output).toMatchObject({ body: '{"not":"parsed"}' });
  });

  it.each([
    [400, true],
    [404, true],
    [408, false],
    [429, false],
    [503, false],
  ])('fails as HttpStatus on %i (final: %s)', async (status, nonRetryable) => {
    const url = await answering(status, { 'retry-after': '3' });
    const failure = await failureOfNode(http(), nodeInputOf({ url }));
    expect(failure).toMatchObject({ type: 'HttpStatus', nonRetryable });
    expect(failure.message).toBe(`${new URL(url).host} answered ${status}`);
    expect(failure.nextRetryDelay).toBe(nonRetryable ? undefined : 3_000);
  });

  it('is refused a private address that the operator did not allow', async () => {
    const url = await answering(200);
    expect(await failureOfNode(http([]), nodeInputOf({ url }))).toMatchObject({
      type: 'EgressRefused',
      nonRetryable: true,
    });
  });

  it('fails as RunLimit when the answer is larger than a node’s output', async () => {
    const url = await answering(200, {}, 'x'.repeat(flowLimits.nodeOutputBytes + 1));
    expect(await failureOfNode(http(), nodeInputOf({ url }))).toMatchObject({
      type: 'RunLimit',
      nonRetryable: true,
    });
  });

  it('fails as Timeout, to be tried again, when the service hangs', async () => {
    const url = await serving(() => {});
    const failure = await failureOfNode(http(), nodeInputOf({ url }), { startToCloseTimeoutMs: 200 });
    expect(failure).toMatchObject({ type: 'Timeout', nonRetryable: false });
  });

  it('is tried again when the service breaks off', async () => {
    const url = await serving((_, response) => response.destroy());
    expect(await failureOfNode(http(), nodeInputOf({ url }))).toMatchObject({
      type: 'HttpStatus',
      nonRetryable: false,
    });
  });
});
