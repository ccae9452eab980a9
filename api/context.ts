import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Language } from '../contracts/index.ts';

/** How a request proved who it is. */
export type Credential = 'token' | 'session';

export interface ApiEnv {
  /** Node's own request and response; absent where the app is called without a server. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** 32 hex digits, W3C trace context. */
    traceId: string;
    /** Set behind authentication. */
    credential: Credential;
    /** Joined to the request's log line. */
    runId?: string;
  };
}
export type ApiContext = Context<ApiEnv>;

const traceparentForm = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/** The trace id of a `traceparent` header, or a new one: a UUID, because those are drawn from a buffer. */
export function traceIdOf(traceparent: string | null | undefined): string {
  return traceparentForm.exec(traceparent ?? '')?.[1] ?? randomUUID().replaceAll('-', '');
}

/** The better of Errand's languages for an `Accept-Language` header; English without one. */
export function preferredLanguage(acceptLanguage: string | null | undefined): Language {
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 };
  for (const entry of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const language = /^(zh|en)\b/.exec(tag)?.[1] as Language | undefined;
    const quality = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find((text) => text);
    const weight = quality === undefined ? 1 : Number(quality);
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

/** The address of the peer's end of the connection. */
export function peerOf(c: ApiContext): string | undefined {
  return c.env?.incoming?.socket.remoteAddress;
}
