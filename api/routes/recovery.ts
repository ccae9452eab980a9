import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { runErrorQuery, runId } from '../../contracts/index.ts';
import { resumption } from '../../engine/index.ts';
import { RunNotKept, resumeRun } from '../../services/runs/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import * as schemas from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { resumeMany } from '../resume-many.ts';
import type { RunReader } from '../runs.ts';
import {
  commonProblems,
  conflictProblem,
  jsonBody,
  notFoundProblem,
  requiredJson,
  resumeRefusedProblem,
} from './describe.ts';

const tags = ['runs'];
/** A refresh that takes longer goes on, and what is known answers. */
const patienceMs = 2_000;

const resume = createRoute({
  method: 'post',
  path: '/api/v1/runs/{id}/resume',
  tags,
  summary: 'Go on from a run',
  description:
    'Starts a new run that keeps the finished results of an ended one. Without `fromNode` everything that failed, or was stopped, is done again, of fan-outs only the items that did not succeed. Without `version` it goes on with the newest published one.',
  request: {
    params: z.object({ id: runId }),
    body: { content: { 'application/json': { schema: schemas.resumeRun } } },
  },
  responses: {
    202: jsonBody(schemas.startedRun, 'The new run is durable and will be carried out.'),
    ...commonProblems,
    ...notFoundProblem,
    ...conflictProblem,
    ...resumeRefusedProblem,
  },
});

const resumeBulk = createRoute({
  method: 'post',
  path: '/api/v1/runs/resume',
  tags,
  summary: 'Go on from all runs that failed the same way',
  description:
    'By their ids, or by type of error and node as `runs/errors` groups them; times bound `startedAt`. A run that goes on already, or ended well in another, is refused, so that asking again is safe.',
  request: { body: requiredJson(schemas.resumeRuns) },
  responses: {
    202: jsonBody(schemas.resumedRuns, 'What was started, and what was not, and why.'),
    ...commonProblems,
  },
});

const errors = createRoute({
  method: 'get',
  path: '/api/v1/runs/errors',
  tags,
  summary: 'Group failed runs by how they failed',
  request: { query: runErrorQuery },
  responses: {
    200: jsonBody(z.object({ groups: z.array(schemas.runErrorGroup) }), 'The largest groups first.'),
    ...commonProblems,
  },
});

/** Ahead of the routes of single runs: `errors` and `resume` are no run ids. */
export function addRecovery(
  app: OpenAPIHono<ApiEnv>,
  dependencies: Pick<ApiDependencies, 'clock' | 'flows' | 'keptRuns' | 'runIndex' | 'temporal'>,
  runs: RunReader,
): void {
  const { runIndex } = dependencies;
  const recovery = { ...dependencies, resumption };

  app.openapi(errors, async (c) => {
    await runIndex.refresh({ patienceMs });
    return c.json({ groups: await runIndex.errors(c.req.valid('query')) }, 200);
  });

  app.openapi(resumeBulk, async (c) => {
    await runIndex.refresh({ patienceMs });
    return c.json(await resumeMany(recovery, runIndex, c.req.valid('json')), 202);
  });

  app.openapi(resume, async (c) => {
    const { id } = c.req.valid('param');
    await runIndex.refresh({ patienceMs });
    try {
      const { fromNode, version, overrides } = c.req.valid('json');
      const newId = await resumeRun(recovery, {
        runId: id,
        ...(fromNode === undefined ? {} : { fromNode }),
        ...(version === undefined ? {} : { version }),
        ...(overrides === undefined ? {} : { overrides }),
      });
      c.set('runId', newId);
      return c.json({ runId: newId }, 202);
    } catch (error) {
      if (error instanceof RunNotKept) throw await whyNot(id);
      throw error;
    }
  });

  /** What there is of a run of which nothing is kept. */
  async function whyNot(id: string): Promise<ProblemError> {
    const run = await runs.get(id);
    if (!run) return new ProblemError('not-found', { detail: 'There is no run with this id.' });
    if (run.finishedAt === null) return new ProblemError('conflict', { detail: 'The run still goes on.' });
    return new ProblemError('conflict', {
      detail:
        'Nothing is kept of the run to go on from: it ended well within its conversation, never began, or is too old.',
    });
  }
}
