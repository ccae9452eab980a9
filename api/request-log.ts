import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { type ApiContext, type ApiEnv, traceIdOf } from './context.ts';
import type { ApiDependencies } from './dependencies.ts';
import { dataHeaders } from './problems.ts';

/** Gives each request its trace id, and when it is answered its safe headers, one log line and one observation. */
export function requestLog({ logger, metrics }: Pick<ApiDependencies, 'logger' | 'metrics'>) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const started = performance.now();
    const traceId = traceIdOf(c.req.header('traceparent'));
    c.set('traceId', traceId);
    await next();
    for (const [name, value] of Object.entries(dataHeaders)) {
      if (!c.res.headers.has(name)) c.header(name, value);
    }
    const ms = performance.now() - started;
    const { method } = c.req;
    const { status } = c.res;
    const route = routeOf(c);
    const runId = c.get('runId');
    metrics.httpSeconds.observe({ route, method, status: String(status) }, ms / 1_000);
    const line = { method, route, status, ms: Math.round(ms), traceId, ...(runId ? { runId } : {}) };
    // A page of Temporal's UI is hundreds of requests.
    if (route.startsWith('/temporal') && status < 500) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
}

/** The pattern that answered, so that labels and lines hold no ids; `none` when nothing did. */
function routeOf(c: ApiContext): string {
  return (
    matchedRoutes(c).findLast(({ path }) => !path.endsWith('*') || path.startsWith('/temporal'))?.path ??
    'none'
  );
}
