import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { modelStatus, modelTest } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

const tags = ['models'];

const list = createRoute({
  method: 'get',
  path: '/api/v1/models',
  tags,
  summary: 'List models',
  description:
    'How each endpoint stands, as far as this process knows: where workers run apart, each knows what it asked itself.',
  responses: {
    200: jsonBody(z.object({ models: z.array(modelStatus) }), 'In order of preference.'),
    ...commonProblems,
  },
});

const test = createRoute({
  method: 'post',
  path: '/api/v1/models/{id}/test',
  tags,
  summary: 'Test a model',
  description: 'Asks the endpoint which models it has. Nothing is generated, so nothing is charged.',
  request: { params: z.object({ id: z.string().max(40) }) },
  responses: {
    200: jsonBody(modelTest, 'What was found, whether or not it is as it should be.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function addModels(app: OpenAPIHono<ApiEnv>, { models }: Pick<ApiDependencies, 'models'>): void {
  app.openapi(list, (c) => c.json({ models: models.status() }, 200));

  app.openapi(test, async (c) => {
    const found = await models.test(c.req.valid('param').id);
    if (!found) throw new ProblemError('not-found', { detail: 'No such model is configured.' });
    return c.json(found, 200);
  });
}
