import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { BindingsConflict, BindingsInvalid } from '../../services/flows/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf, quotedEtag } from '../etag.ts';
import { flowBindings } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import {
  commonProblems,
  etagHeader,
  flowInvalidProblem,
  ifMatchHeader,
  jsonBody,
  requiredJson,
  staleProblem,
} from './describe.ts';

const tags = ['flows'];
const path = '/api/v1/flow-bindings';

const show = createRoute({
  method: 'get',
  path,
  tags,
  summary: 'Show which flows answer where',
  responses: {
    200: { ...jsonBody(z.object({ bindings: flowBindings }), 'All bindings.'), headers: etagHeader },
    ...commonProblems,
  },
});

const save = createRoute({
  method: 'put',
  path,
  tags,
  summary: 'Bind flows to accounts, conversations and intents',
  description: 'Replaces all bindings; known everywhere within two seconds.',
  request: { headers: ifMatchHeader, body: requiredJson(z.object({ bindings: z.array(z.unknown()) })) },
  responses: {
    204: { description: 'Saved.', headers: etagHeader },
    ...commonProblems,
    ...staleProblem,
    ...flowInvalidProblem,
  },
});

export function addFlowBindings(
  app: OpenAPIHono<ApiEnv>,
  { bindings }: Pick<ApiDependencies, 'bindings'>,
): void {
  app.openapi(show, async (c) => {
    const found = await bindings.read();
    return c.json({ bindings: found.bindings }, 200, { etag: quotedEtag(found.etag) });
  });

  app.openapi(save, async (c) => {
    const ifMatch = etagOf(c.req.valid('header')['if-match']);
    const condition = ifMatch === undefined ? {} : { ifMatch };
    try {
      const { etag } = await bindings.write(c.req.valid('json').bindings, condition);
      return c.body(null, 204, { etag: quotedEtag(etag) });
    } catch (error) {
      throw problemOf(error);
    }
  });
}

function problemOf(error: unknown): unknown {
  if (error instanceof BindingsConflict) {
    return new ProblemError('precondition-failed', { detail: error.message });
  }
  if (error instanceof BindingsInvalid) {
    return new ProblemError('flow-invalid', { detail: error.message, members: { errors: error.problems } });
  }
  return error;
}
