import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { accountId, type ChannelStatus } from '../../contracts/index.ts';
import type { Gate } from '../access/gate.ts';
import { testAccount } from '../channels/account-test.ts';
import { createChannelReader } from '../channels/status.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { channelStatus, channelTest, testChannel } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { publicUrl } from '../public-url.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

const tags = ['channels'];
const params = z.object({ id: accountId });

const list = createRoute({
  method: 'get',
  path: '/api/v1/channels',
  tags,
  summary: 'List accounts',
  responses: {
    200: jsonBody(z.object({ channels: z.array(channelStatus) }), 'Those that do not start come last.'),
    ...commonProblems,
  },
});

const show = createRoute({
  method: 'get',
  path: '/api/v1/channels/{id}',
  tags,
  summary: 'Show an account',
  request: { params },
  responses: { 200: jsonBody(channelStatus, 'How it stands.'), ...commonProblems, ...notFoundProblem },
});

const test = createRoute({
  method: 'post',
  path: '/api/v1/channels/{id}/test',
  tags,
  summary: 'Test an account',
  description:
    'Asks the platform what the credentials are good for, and tells what came last. A message is sent only where a `conversation` is named.',
  request: {
    params,
    body: { required: false, content: { 'application/json': { schema: testChannel } } },
  },
  responses: {
    200: jsonBody(channelTest, 'What was found, whether or not it is as it should be.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function addChannels(app: OpenAPIHono<ApiEnv>, dependencies: ApiDependencies, gate: Gate): void {
  const channels = createChannelReader(dependencies);
  const accounts = new Map(dependencies.accounts.map((account) => [account.id, account]));
  const originOf = (c: ApiContext): string => publicUrl(c, gate, dependencies.settings);

  app.openapi(list, async (c) => c.json({ channels: await channels.list(originOf(c)) }, 200));

  app.openapi(show, async (c) => c.json(await find(c, c.req.valid('param').id), 200));

  app.openapi(test, async (c) => {
    const { id } = c.req.valid('param');
    const status = await find(c, id);
    return c.json(await testAccount(accounts.get(id), status, c.req.valid('json'), dependencies), 200);
  });

  async function find(c: ApiContext, id: string): Promise<ChannelStatus> {
    const status = await channels.find(id, originOf(c));
    if (!status) throw new ProblemError('not-found', { detail: 'No such account is configured.' });
    return status;
  }
}
