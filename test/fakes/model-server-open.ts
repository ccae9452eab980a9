import { afterEach } from 'vitest';
import type { CompletionRequest } from '../../services/models/index.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';
import { type GatewayUnderTest, gatewayTo } from './model-server-gateway.ts';

const open: (() => Promise<void>)[] = [];

/** To be called once by a test file: what its tests open is closed after each. */
export function closeAfterEach(): void {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
  });
}

/** A model server for one test. */
export async function openServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const started = await startModelServer(options);
  open.push(started.close);
  return started;
}

/** A gateway for one test. */
export function openGateway(...args: Parameters<typeof gatewayTo>): GatewayUnderTest {
  const made = gatewayTo(...args);
  open.push(made.close);
  return made;
}

/** Says hello, in English. */
export function hello(more: Partial<CompletionRequest> = {}): CompletionRequest {
  const { signal } = new AbortController();
  return { messages: [{ role: 'user', content: 'hello' }], language: 'en', signal, ...more };
}
