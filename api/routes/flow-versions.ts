import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type FlowDocument, flowId } from '../../contracts/index.ts';
import { diffFlows, FlowNotFound, writeFlowText } from '../../services/flows/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf, quotedEtag } from '../etag.ts';
import { flowDiff, flowDocument, flowVersion } from '../named-schemas.ts';
import {
  commonProblems,
  etagHeader,
  ifMatchHeader,
  jsonBody,
  notFoundProblem,
  staleProblem,
} from './describe.ts';

type Flows = ApiDependencies['flows'];

const tags = ['flows'];
const params = z.object({ id: flowId });
const number = z.coerce.number().int().nonnegative();
const versionParams = params.extend({ version: number });
const which = z.union([z.literal('draft'), number]).describe('A version’s number, or `draft`.');
const publishedVersion = flowVersion.extend({
  version: z.number().int().nonnegative(),
  document: flowDocument,
});

const list = createRoute({
  method: 'get',
  path: '/api/v1/flows/{id}/versions',
  tags,
  summary: 'List published versions',
  request: { params },
  responses: {
    200: jsonBody(z.object({ versions: z.array(flowVersion) }), 'Newest first.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const show = createRoute({
  method: 'get',
  path: '/api/v1/flows/{id}/versions/{version}',
  tags,
  summary: 'Show a published version',
  request: { params: versionParams },
  responses: {
    200: jsonBody(publishedVersion, 'The version with its document.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const restore = createRoute({
  method: 'post',
  path: '/api/v1/flows/{id}/versions/{version}/restore',
  tags,
  summary: 'Make a version the draft',
  request: { params: versionParams, headers: ifMatchHeader },
  responses: {
    204: { description: 'The version is the draft; publishing makes it current.', headers: etagHeader },
    ...commonProblems,
    ...notFoundProblem,
    ...staleProblem,
  },
});

const diff = createRoute({
  method: 'get',
  path: '/api/v1/flows/{id}/diff',
  tags,
  summary: 'Compare two versions',
  description:
    'Whatever the order of nodes and edges. Without `from`: the newest version; without `to`: the draft.',
  request: { params, query: z.object({ from: which.optional(), to: which.optional() }) },
  responses: {
    200: jsonBody(flowDiff, 'What makes `to` of `from`.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const exported = createRoute({
  method: 'get',
  path: '/api/v1/flows/{id}/export',
  tags,
  summary: 'Export a flow as a file',
  description: 'Without `version`: the newest published one.',
  request: { params, query: z.object({ version: which.optional() }) },
  responses: {
    200: {
      description: 'One YAML file, which `flows/import` takes.',
      content: { 'application/yaml': { schema: z.string() } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function addFlowVersions(app: OpenAPIHono<ApiEnv>, { flows }: Pick<ApiDependencies, 'flows'>): void {
  app.openapi(list, async (c) => c.json({ versions: await flows.versions(c.req.valid('param').id) }, 200));

  app.openapi(show, async (c) => {
    const { id, version } = c.req.valid('param');
    return c.json(await flows.version(id, version), 200);
  });

  app.openapi(restore, async (c) => {
    const { id, version } = c.req.valid('param');
    const ifMatch = etagOf(c.req.valid('header')['if-match']);
    const { document } = await flows.version(id, version);
    const { etag } = await flows.putDraft(id, document, ifMatch === undefined ? {} : { ifMatch });
    return c.body(null, 204, { etag: quotedEtag(etag) });
  });

  app.openapi(diff, async (c) => {
    const { id } = c.req.valid('param');
    const { from, to = 'draft' } = c.req.valid('query');
    const [before, after] = await Promise.all([
      documentOf(flows, id, from ?? (await flows.current(id)).version),
      documentOf(flows, id, to),
    ]);
    return c.json(diffFlows(before, after), 200);
  });

  app.openapi(exported, async (c) => {
    const { id } = c.req.valid('param');
    const version = c.req.valid('query').version ?? (await flows.current(id)).version;
    const text =
      version === 'draft'
        ? writeFlowText(await documentOf(flows, id, version), {})
        : await versionText(flows, id, version);
    return c.body(text, 200, {
      'content-type': 'application/yaml; charset=utf-8',
      'content-disposition': `attachment; filename="${id}-${version}.yaml"`,
    });
  });
}

async function versionText(flows: Flows, id: string, number: number): Promise<string> {
  const { document, version, hash, note } = await flows.version(id, number);
  return writeFlowText(document, { version, hash, note });
}

async function documentOf(flows: Flows, id: string, which: 'draft' | number): Promise<FlowDocument> {
  if (which !== 'draft') return (await flows.version(id, which)).document;
  const draft = await flows.draft(id);
  if (!draft) throw new FlowNotFound(id);
  return draft.document;
}
