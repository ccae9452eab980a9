import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { dataHeaders } from '../problems.ts';

const plain = { ...dataHeaders, 'content-type': 'text/plain; charset=utf-8' };

/** Whether the process lives, and whether it takes orders: for orchestrators, without a credential and without details. */
export function addHealth(app: OpenAPIHono<ApiEnv>, ready: ApiDependencies['ready']): void {
  app.get('/healthz', (c) => c.body('ok', 200, plain));
  app.get('/readyz', (c) => (ready().ok ? c.body('ok', 200, plain) : c.body('not ready', 503, plain)));
}

/** `/metrics` in Prometheus' text form, behind the token. */
export function addMetrics(
  app: OpenAPIHono<ApiEnv>,
  required: MiddlewareHandler<ApiEnv>,
  { registry }: ApiDependencies['metrics'],
): void {
  app.get('/metrics', required, async (c) =>
    c.body(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  );
}
