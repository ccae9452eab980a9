import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { sessionCookie } from './access/sessions.ts';
import { readBody } from './body.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { ProblemError } from './problems.ts';

/** The path the UI is started under (`--ui-public-path`). */
const publicPath = '/temporal';
const bodyLimits = { bytes: 4_000_000, ms: 15_000 };
const headersMs = 30_000;

/** Of one connection, not of what is asked (RFC 9110 7.6.1), or of us and our caller alone. */
const notForwarded = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const notReturned = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What the UI may load and do: its own. It starts from an inline script, and it builds styles and data: images as it goes.
 * It shares our origin, so nothing else may be let in.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** `/temporal/*`: Temporal's Web UI behind our own door, streamed through. Our credentials stay here. */
export function addTemporalUi(
  app: OpenAPIHono<ApiEnv>,
  required: MiddlewareHandler<ApiEnv>,
  { temporalUi, egress }: Pick<ApiDependencies, 'temporalUi' | 'egress'>,
): void {
  if (!temporalUi) return;
  const origin = new URL(temporalUi.url).origin;
  app.all(`${publicPath}/*`, required, async (c) => {
    const { method } = c.req;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const body = hasBody ? await readBody(c.req.raw, c.env?.incoming, bodyLimits) : null;
    const { pathname, search } = new URL(c.req.url);
    const response = await ask(egress, `${origin}${pathname}${search}`, {
      method,
      headers: requestHeaders(c, origin),
      body,
      signal: c.req.raw.signal,
    });
    return new Response(response.body, {
      status: response.status,
      headers: responseHeaders(response.headers, origin, pathname),
    });
  });
}

async function ask(
  egress: ApiDependencies['egress'],
  url: string,
  init: { method: string; headers: Headers; body: Uint8Array | null; signal: AbortSignal },
): Promise<Response> {
  // Only the wait for the answer's head is bounded: a history can be long in coming.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), headersMs);
  try {
    return await egress.trustedFetch(url, {
      ...init,
      signal: AbortSignal.any([init.signal, late.signal]),
    });
  } catch {
    throw new ProblemError('bad-gateway', { detail: 'Temporal’s UI does not answer.' });
  } finally {
    clearTimeout(timer);
  }
}

function requestHeaders(c: ApiContext, origin: string): Headers {
  const headers = new Headers();
  for (const [name, value] of c.req.raw.headers) {
    if (!notForwarded.has(name) && !name.startsWith('x-forwarded-')) headers.append(name, value);
  }
  const cookies = (c.req.header('cookie') ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '' && !cookie.startsWith(`${sessionCookie}=`));
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  // The UI compares it with the host it is asked by.
  if (headers.has('origin')) headers.set('origin', origin);
  headers.set('accept-encoding', 'identity');
  return headers;
}

function responseHeaders(from: Headers, origin: string, pathname: string): Headers {
  const headers = new Headers();
  for (const [name, value] of from) {
    if (!notReturned.has(name)) headers.append(name, value);
  }
  const location = headers.get('location');
  if (location?.startsWith(origin)) headers.set('location', location.slice(origin.length));
  const isImmutable = pathname.includes('/_app/immutable/');
  headers.set('cache-control', isImmutable ? 'private, max-age=31536000, immutable' : 'private, no-cache');
  headers.set('content-security-policy', contentSecurityPolicy);
  headers.set('referrer-policy', 'same-origin');
  return headers;
}
