import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { flowId } from '../../contracts/index.ts';
import { FlowNotFound } from '../../services/flows/index.ts';
import type { Gate } from '../access/gate.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { flowHook } from '../named-schemas.ts';
import { publicUrl } from '../public-url.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

const tags = ['flows'];
const params = z.object({ id: flowId });
const responses = {
  200: jsonBody(flowHook, 'Where to call, and what to sign with.'),
  ...commonProblems,
  ...notFoundProblem,
};

const show = createRoute({
  method: 'get',
  path: '/api/v1/flows/{id}/hook',
  tags,
  summary: 'Show the hook of a flow',
  description:
    'The secret is made when it is first asked for. The hook takes calls once a version with a `trigger.webhook` is published.',
  request: { params },
  responses,
});

const rotate = createRoute({
  method: 'post',
  path: '/api/v1/flows/{id}/hook/rotate',
  tags,
  summary: 'Give a hook a new secret',
  description: 'The old one is good no more, in other processes within two seconds.',
  request: { params },
  responses,
});

export function addFlowHooks(
  app: OpenAPIHono<ApiEnv>,
  { flows, hooks, settings }: Pick<ApiDependencies, 'flows' | 'hooks' | 'settings'>,
  gate: Gate,
): void {
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    await checkThere(id);
    return c.json({ url: urlOf(c, id), secret: await hooks.obtain(id) }, 200);
  });

  app.openapi(rotate, async (c) => {
    const { id } = c.req.valid('param');
    await checkThere(id);
    return c.json({ url: urlOf(c, id), secret: await hooks.rotate(id) }, 200);
  });

  async function checkThere(id: string): Promise<void> {
    if (!(await flows.draft(id))) throw new FlowNotFound(id);
  }

  function urlOf(c: ApiContext, id: string): string {
    return `${publicUrl(c, gate, settings)}/hooks/${id}`;
  }
}
