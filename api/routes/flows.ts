import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { flowId, localizedText } from '../../contracts/index.ts';
import { validate } from '../../engine/document.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf, quotedEtag } from '../etag.ts';
import { flowDocument, flowProblem, flowVersion } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import {
  commonProblems,
  conflictProblem,
  etagHeader,
  flowInvalidProblem,
  ifMatchHeader,
  jsonBody,
  notFoundProblem,
  requiredJson,
  staleProblem,
} from './describe.ts';

const tags = ['flows'];
const params = z.object({ id: flowId });
const flowSummary = z.object({
  id: flowId,
  name: localizedText,
  version: z.number().int().nullable().describe('The newest published one; 0 is built in.'),
  hasDraft: z.boolean(),
});

const check = createRoute({
  method: 'post',
  path: '/api/v1/flows/validate',
  tags,
  summary: 'Check a flow document',
  request: { body: requiredJson(z.unknown().describe('A flow document.')) },
  responses: {
    200: jsonBody(
      z.object({ valid: z.boolean(), errors: z.array(flowProblem) }),
      'Whether it can be published, and if not, everything that is wrong with it.',
    ),
    ...commonProblems,
  },
});

const list = createRoute({
  method: 'get',
  path: '/api/v1/flows',
  tags,
  summary: 'List flows',
  responses: { 200: jsonBody(z.object({ flows: z.array(flowSummary) }), 'All flows.'), ...commonProblems },
});

const show = createRoute({
  method: 'get',
  path: '/api/v1/flows/{id}',
  tags,
  summary: 'Show a draft',
  request: { params },
  responses: {
    200: { ...jsonBody(flowDocument, 'The draft.'), headers: etagHeader },
    ...commonProblems,
    ...notFoundProblem,
  },
});

const save = createRoute({
  method: 'put',
  path: '/api/v1/flows/{id}',
  tags,
  summary: 'Save a draft',
  description:
    'A draft has to have the form of a document; whether it can run is checked when it is published.',
  request: {
    params,
    headers: ifMatchHeader,
    body: requiredJson(flowDocument),
  },
  responses: {
    204: { description: 'Saved.', headers: etagHeader },
    ...commonProblems,
    ...staleProblem,
    ...flowInvalidProblem,
  },
});

const publish = createRoute({
  method: 'post',
  path: '/api/v1/flows/{id}/publish',
  tags,
  summary: 'Publish the draft',
  description: 'Under `If-Match` only the draft that was seen, not what somebody else has made of it since.',
  request: {
    params,
    headers: ifMatchHeader,
    body: {
      content: { 'application/json': { schema: z.object({ note: z.string().max(1_000).optional() }) } },
    },
  },
  responses: {
    200: jsonBody(flowVersion, 'The new version.'),
    ...commonProblems,
    ...notFoundProblem,
    ...staleProblem,
    ...flowInvalidProblem,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/flows/{id}',
  tags,
  summary: 'Put a flow away',
  description:
    'It is no longer listed, nor started by its name or its hook. Its draft and versions are kept for what runs them and for the record; saving, restoring or importing it brings it back.',
  request: { params },
  responses: {
    204: { description: 'Put away.' },
    ...commonProblems,
    ...notFoundProblem,
    ...conflictProblem,
  },
});

export function addFlows(
  app: OpenAPIHono<ApiEnv>,
  { accounts, bindings, flows }: Pick<ApiDependencies, 'accounts' | 'bindings' | 'flows'>,
): void {
  app.openapi(check, (c) => {
    const result = validate(c.req.valid('json'));
    return c.json({ valid: result.valid, errors: result.valid ? [] : result.errors }, 200);
  });

  app.openapi(list, async (c) => c.json({ flows: await flows.list() }, 200));

  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const draft = await flows.draft(id);
    if (!draft) throw new ProblemError('not-found', { detail: `There is no flow ${id}.` });
    return c.json(draft.document, 200, { etag: quotedEtag(draft.etag) });
  });

  app.openapi(save, async (c) => {
    const { id } = c.req.valid('param');
    const ifMatch = etagOf(c.req.valid('header')['if-match']);
    const { etag } = await flows.putDraft(id, c.req.valid('json'), ifMatch === undefined ? {} : { ifMatch });
    return c.body(null, 204, { etag: quotedEtag(etag) });
  });

  app.openapi(publish, async (c) => {
    const { note = '' } = c.req.valid('json');
    const ifMatch = etagOf(c.req.valid('header')['if-match']);
    const condition = ifMatch === undefined ? {} : { ifMatch };
    return c.json(await flows.publish(c.req.valid('param').id, note, condition), 200);
  });

  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    const user = accounts.find(({ flow }) => flow === id);
    if (user)
      throw new ProblemError('conflict', { detail: `The account ${user.id} answers with this flow.` });
    const bound = (await bindings.read()).bindings.some(({ flow }) => flow === id);
    if (bound) throw new ProblemError('conflict', { detail: 'The flow is bound; see flow-bindings.' });
    await flows.archive(id);
    return c.body(null, 204);
  });
}
