import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { flowId } from '../../contracts/index.ts';
import { validate } from '../../engine/document.ts';
import { FlowInvalid, readFlowText } from '../../services/flows/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { etagOf, quotedEtag } from '../etag.ts';
import { flowDocument } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import {
  commonProblems,
  conflictProblem,
  etagHeader,
  flowInvalidProblem,
  ifMatchHeader,
  jsonBody,
  staleProblem,
} from './describe.ts';

const importFlow = createRoute({
  method: 'post',
  path: '/api/v1/flows/import',
  tags: ['flows'],
  summary: 'Import a flow',
  description:
    'Takes what an export gives, or the same as JSON, and makes it the draft of a new flow. A flow that is there already is replaced only under `If-Match`, its draft’s ETag. `id` gives it another name.',
  request: {
    query: z.object({ id: flowId.optional() }),
    headers: ifMatchHeader,
    body: {
      content: {
        'application/yaml': { schema: z.string() },
        'application/json': { schema: flowDocument },
      },
    },
  },
  responses: {
    201: { ...jsonBody(z.object({ id: flowId }), 'It is the draft.'), headers: etagHeader },
    ...commonProblems,
    ...conflictProblem,
    ...staleProblem,
    ...flowInvalidProblem,
  },
});

/** A plain route beside its description: whatever is wrong with a document is for the validator to say, all at once. */
export function addFlowImport(app: OpenAPIHono<ApiEnv>, { flows }: Pick<ApiDependencies, 'flows'>): void {
  app.openAPIRegistry.registerPath(importFlow);
  app.post(importFlow.path, async (c) => {
    const { id } = parsed(importFlow.request.query, c.req.query());
    const result = validate(renamed(readFlowText(await textOf(c.req.raw)), id));
    if (!result.valid) throw new FlowInvalid(id ?? 'import', result.errors);
    const { document } = result;
    const ifMatch = etagOf(c.req.header('if-match'));
    const condition = ifMatch === undefined ? { isNew: true } : { ifMatch };
    const { etag } = await flows.putDraft(document.id, document, condition);
    return c.json({ id: document.id }, 201, { etag: quotedEtag(etag) });
  });
}

async function textOf(request: Request): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await request.arrayBuffer());
  } catch {
    throw new ProblemError('bad-request', { detail: 'body: not UTF-8' });
  }
}

function renamed(value: unknown, id: string | undefined): unknown {
  const isDocument = typeof value === 'object' && value !== null && !Array.isArray(value);
  return id !== undefined && isDocument ? { ...value, id } : value;
}

function parsed<T>(schema: z.ZodType<T>, query: Record<string, string>): T {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  throw new ProblemError('bad-request', { detail: 'id: not the id of a flow' });
}
