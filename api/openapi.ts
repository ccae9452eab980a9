import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { accountId, flowId, waitTime } from '../contracts/index.ts';
import { sessionCookie } from './access/sessions.ts';
import type { ApiEnv } from './context.ts';
import { endedRun, problem, startedRun, webhookAccepted, webhookMessage } from './named-schemas.ts';

const info = {
  title: 'Errand',
  version: '1',
  description:
    'Orders from chat, carried out durably. `/api/v1` takes the admin token as a bearer, or the session cookie that it is traded for.',
};

/** `/openapi.json`: OpenAPI 3.1, made from the schemas that the routes check with. */
export function addOpenApi(app: OpenAPIHono<ApiEnv>): void {
  describePlainRoutes(app);
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
  });
  let document: ReturnType<typeof app.getOpenAPI31Document> | undefined;
  app.get('/openapi.json', (c) => {
    document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info,
      security: [{ token: [] }, { session: [] }],
    });
    return c.json(document);
  });
}

/** Routes that are not validated by their description: the hot one, and those without JSON. */
function describePlainRoutes({ openAPIRegistry }: OpenAPIHono<ApiEnv>): void {
  const text = (description: string) => ({
    description,
    content: { 'text/plain': { schema: { type: 'string' as const } } },
  });
  const refused = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: problem } },
  });
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/webhooks/{account}',
    tags: ['webhooks'],
    summary: 'Send a message',
    description:
      'The callback of a configured account, answered in its platform’s form. Described here for accounts of kind `webhook`: Standard Webhooks headers (`webhook-id`, `webhook-timestamp`, `webhook-signature`), at most 1 MB. A 2xx means that the message is durable; anything else that it was not taken.',
    security: [],
    request: {
      params: z.object({ account: accountId }),
      body: { required: true, content: { 'application/json': { schema: webhookMessage } } },
    },
    responses: {
      202: { description: 'Taken.', content: { 'application/json': { schema: webhookAccepted } } },
      400: refused('Not a message.'),
      401: refused('The signature is missing, wrong, too old or from the future.'),
      404: refused('There is no such account.'),
      408: refused('The body took too long.'),
      413: refused('The body is too large.'),
      429: refused('The sender’s rate is used up; `Retry-After` says how long to wait.'),
      503: refused('It could not be made durable; send it again.'),
    },
  });
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/hooks/{flow}',
    tags: ['webhooks'],
    summary: 'Call a flow',
    description:
      'For flows with a published `trigger.webhook`, signed with the flow’s own secret (`flows/{id}/hook`) by Standard Webhooks headers. The body is `trigger.input`, checked by the trigger’s JSON Schema. A repeat of a `webhook-id` finds the run that is there and starts none, for as long as Temporal remembers it. In lists of runs such a run’s `user` is `hook`.',
    security: [],
    request: {
      params: z.object({ flow: flowId }),
      query: z.object({ wait: waitTime.optional() }),
      body: { required: true, content: { 'application/json': { schema: z.unknown() } } },
    },
    responses: {
      200: {
        description: 'It ended while it was waited for.',
        content: { 'application/json': { schema: endedRun } },
      },
      202: {
        description: 'The run is durable and will be carried out.',
        content: { 'application/json': { schema: startedRun } },
      },
      400: refused('Not JSON, or not a time to wait.'),
      401: refused('The signature is missing, wrong, too old or from the future.'),
      404: refused('No published flow with this id takes calls.'),
      408: refused('The body took too long.'),
      413: refused('The body is too large.'),
      422: refused('The body does not fit the trigger’s JSON Schema; `errors` says where.'),
      429: refused('The flow’s rate is used up; `Retry-After` says how long to wait.'),
      503: refused('It could not be made durable; send it again.'),
    },
  });
  for (const [path, summary, good] of [
    ['/healthz', 'Whether the process lives', 'ok'],
    ['/readyz', 'Whether orders are taken', 'ok; 503 `not ready` otherwise'],
  ] as const) {
    openAPIRegistry.registerPath({
      method: 'get',
      path,
      tags: ['operations'],
      summary,
      security: [],
      responses: { 200: text(good) },
    });
  }
  openAPIRegistry.registerPath({
    method: 'get',
    path: '/metrics',
    tags: ['operations'],
    summary: 'Metrics in Prometheus’ text form',
    responses: { 200: text('The registry of this process.'), 401: refused('No valid token or session.') },
  });
}
