import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AccountConfig, webMessage, webMessageTaken } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import { type Place, type SayingDependencies, say } from '../conversations/say.ts';
import { threadEvents } from '../conversations/thread-events.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { thread } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import {
  commonProblems,
  forbiddenProblem,
  jsonBody,
  notFoundProblem,
  requiredJson,
  tooManyProblem,
} from './describe.ts';

const tags = ['conversations'];
/** Who speaks, until there are more people than the administrator. */
const sender = { id: 'admin' };
const idForm = /^([a-z][a-z0-9-]{0,39}):(.{1,512})$/s;
const params = z.object({
  id: z.string().regex(idForm).describe('`<account>:<conversation>`, of an account of kind `web`.'),
});

const read = createRoute({
  method: 'get',
  path: '/api/v1/conversations/{id}/messages',
  tags,
  summary: 'Read a web chat',
  request: { params },
  responses: {
    200: jsonBody(thread, 'The newest that was said, oldest first.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const send = createRoute({
  method: 'post',
  path: '/api/v1/conversations/{id}/messages',
  tags,
  summary: 'Say something in a web chat',
  request: { params, body: requiredJson(webMessage) },
  responses: {
    202: jsonBody(webMessageTaken, 'It is durable, and will be answered in the thread.'),
    ...commonProblems,
    ...forbiddenProblem,
    ...notFoundProblem,
    ...tooManyProblem,
  },
});

const follow = createRoute({
  method: 'get',
  path: '/api/v1/conversations/{id}/events',
  tags,
  summary: 'Follow a web chat',
  description:
    'Server-sent events `entry`: what is said or changed, as it comes. After a break it goes on behind `Last-Event-ID`.',
  request: {
    params,
    query: z.object({
      after: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
    }),
  },
  responses: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...commonProblems,
    ...notFoundProblem,
    ...tooManyProblem,
  },
});

export function addConversations(
  app: OpenAPIHono<ApiEnv>,
  dependencies: SayingDependencies & Pick<ApiDependencies, 'accounts' | 'threads'>,
): void {
  const { accounts, threads } = dependencies;
  const find = (id: string): Place => placeOf(accounts, id);

  app.openapi(read, async (c) => {
    const { account, conversation } = find(c.req.valid('param').id);
    return c.json(await threads.read(account.id, conversation), 200);
  });

  app.openapi(send, async (c) => {
    const place = find(c.req.valid('param').id);
    const taken = await say(dependencies, place, sender, c.req.valid('json'), c.get('traceId'));
    c.set('runId', taken.runId);
    return c.json(taken, 202);
  });

  app.openapi(follow, (c) => {
    const { account, conversation } = find(c.req.valid('param').id);
    return threadEvents(c, threads, account.id, conversation);
  });
}

function placeOf(accounts: readonly AccountConfig[], id: string): Place {
  const [, accountId, conversation] = idForm.exec(id) ?? [];
  const account = accounts.find((one) => one.id === accountId && one.kind === 'web');
  if (!account || conversation === undefined) {
    throw new ProblemError('not-found', { detail: 'There is no web account of this id.' });
  }
  return { account, conversation };
}
