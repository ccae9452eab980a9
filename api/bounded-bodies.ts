import { createMiddleware } from 'hono/factory';
import { type BodyLimits, readBody } from './body.ts';
import type { ApiEnv } from './context.ts';
import { isTooDeep } from './json-depth.ts';
import { ProblemError } from './problems.ts';

/** Of the console API: a flow document of the largest size, with white space. */
const limits: BodyLimits = { bytes: 2_000_000, ms: 15_000 };

/** Reads the body within limits of size, time and depth before anything parses it; handlers see it as if it had just come. */
export const boundedBodies = createMiddleware<ApiEnv>(async (c, next) => {
  const { method, headers, url } = c.req.raw;
  if (method !== 'GET' && method !== 'HEAD') {
    const body = await readBody(c.req.raw, c.env?.incoming, limits);
    if (isTooDeep(body)) throw new ProblemError('bad-request', { detail: 'The body nests too deeply.' });
    c.req.raw =
      body.byteLength > 0
        ? new Request(url, { method, headers, body })
        : new Request(url, { method, headers: withoutType(headers) });
  }
  await next();
});

/** A body that is not there has no type, whatever a client sends by habit. */
function withoutType(headers: Headers): Headers {
  const others = new Headers(headers);
  others.delete('content-type');
  return others;
}
