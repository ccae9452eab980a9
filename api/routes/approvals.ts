import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { approvalId, decision } from '../../contracts/index.ts';
import type { ApprovalReader } from '../approvals.ts';
import type { ApiEnv } from '../context.ts';
import { approval } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import {
  commonProblems,
  conflictProblem,
  forbiddenProblem,
  jsonBody,
  notFoundProblem,
  requiredJson,
} from './describe.ts';

const tags = ['approvals'];
/** Who decides, until there are more people than the administrator. */
const by = 'admin';

const list = createRoute({
  method: 'get',
  path: '/api/v1/approvals',
  tags,
  summary: 'List what waits for a decision',
  responses: {
    200: jsonBody(
      z.object({
        approvals: z.array(approval.extend({ run: z.string().describe('Where the run is found.') })),
        unanswered: z.number().int().describe('Runs that wait for one but did not answer in time.'),
      }),
      'Those asked first come first.',
    ),
    ...commonProblems,
  },
});

const decide = createRoute({
  method: 'post',
  path: '/api/v1/approvals/{id}',
  tags,
  summary: 'Decide an approval',
  request: {
    params: z.object({ id: approvalId }),
    body: requiredJson(decision.pick({ decision: true, note: true }).strict()),
  },
  responses: {
    204: { description: 'Decided; the run goes on.' },
    ...commonProblems,
    ...forbiddenProblem,
    ...notFoundProblem,
    ...conflictProblem,
  },
});

export function addApprovals(app: OpenAPIHono<ApiEnv>, approvals: ApprovalReader): void {
  app.openapi(list, async (c) => c.json(await approvals.list(), 200));

  app.openapi(decide, async (c) => {
    const { id } = c.req.valid('param');
    const result = await approvals.decide({ id, by, via: 'api', ...c.req.valid('json') });
    if (result === 'unknown') {
      throw new ProblemError('not-found', { detail: 'No open run waits for this approval.' });
    }
    if (result === 'notAllowed') {
      throw new ProblemError('forbidden', { detail: `${by} is not one of those who may decide this.` });
    }
    if (result === 'notPending') {
      throw new ProblemError('conflict', { detail: 'It was decided already, or has expired.' });
    }
    return c.body(null, 204);
  });
}
