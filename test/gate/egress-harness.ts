import type { RequestListener } from 'node:http';
import { afterEach } from 'vitest';
import { createEgress, type Egress, EgressError, type EgressOptions } from '../../services/egress/index.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An egress client that is closed after the test. */
export function openEgress(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({ allow: [], ...options });
  closers.push(() => egress.close());
  return egress;
}

/** A server that is closed after the test. */
export async function serve(
  listener: RequestListener,
  at?: { host?: string; port?: number },
): Promise<LoopbackServer> {
  const server = await startLoopbackServer(listener, at);
  closers.push(() => server.close());
  return server;
}

/** How a call failed; anything but an `EgressError` fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<EgressError> {
  const error = await call.then(
    () => new Error('it went through'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EgressError)) throw error;
  return error;
}

export const hello: RequestListener = (_, response) => void response.end('hello');

export const textOf = (body: Uint8Array) => Buffer.from(body).toString();
