import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { acceptedEntry, runEvent, runId, runQuery } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import { run, runPage, startedRun } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import type { RunReader } from '../runs.ts';
import { commonProblems, conflictProblem, jsonBody, notFoundProblem, requiredJson } from './describe.ts';

const tags = ['runs'];
/** Of an event's data, bytes of JSON. A run keeps many. */
const eventLimit = 64_000;
const params = z.object({ id: runId });
const runMessage = acceptedEntry
  .pick({ id: true, account: true, channel: true, conversation: true, sender: true, acceptedAt: true })
  .extend({ raw: z.string().nullable() });

const list = createRoute({
  method: 'get',
  path: '/api/v1/runs',
  tags,
  summary: 'List runs',
  description:
    'Open runs first, then ended ones, each newest first. `next` is the cursor of the next page; a page may be shorter than `limit` and still have one.',
  request: { query: runQuery },
  responses: { 200: jsonBody(runPage, 'A page of runs, without their nodes.'), ...commonProblems },
});

const show = createRoute({
  method: 'get',
  path: '/api/v1/runs/{id}',
  tags,
  summary: 'Show a run',
  request: { params },
  responses: { 200: jsonBody(run, 'The run with its nodes.'), ...commonProblems, ...notFoundProblem },
});

const event = createRoute({
  method: 'get',
  path: '/api/v1/runs/{id}/event',
  tags,
  summary: "Show what asked for a run in its platform's own form",
  description:
    'For diagnosis. `raw` is JSON, cut where it was longer than 8 KB; null where the channel gives none.',
  request: { params },
  responses: { 200: jsonBody(runMessage, 'The message as it came.'), ...commonProblems, ...notFoundProblem },
});

const cancel = createRoute({
  method: 'post',
  path: '/api/v1/runs/{id}/cancel',
  tags,
  summary: 'Cancel a run',
  request: { params },
  responses: {
    202: jsonBody(startedRun, 'The run was asked to stop.'),
    ...commonProblems,
    ...notFoundProblem,
    ...conflictProblem,
  },
});

const tell = createRoute({
  method: 'post',
  path: '/api/v1/runs/{id}/events',
  tags,
  summary: 'Tell a run of an event',
  description: 'A node that waits for an event of this name goes on; a run keeps it until one does.',
  request: { params, body: requiredJson(runEvent) },
  responses: {
    202: jsonBody(startedRun, 'The run was told.'),
    ...commonProblems,
    ...notFoundProblem,
    ...conflictProblem,
  },
});

export function addRuns(app: OpenAPIHono<ApiEnv>, runs: RunReader, clock: () => number): void {
  app.openapi(list, async (c) => c.json(await runs.list(c.req.valid('query')), 200));

  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    c.set('runId', id);
    const found = await runs.get(id);
    if (!found) throw notFound();
    return c.json(found, 200);
  });

  app.openapi(event, async (c) => {
    const { id } = c.req.valid('param');
    c.set('runId', id);
    const found = await runs.message(id);
    if (!found)
      throw new ProblemError('not-found', { detail: 'No message is known that asked for this run.' });
    return c.json(runMessage.parse({ ...found, raw: found.raw ?? null }), 200);
  });

  app.openapi(tell, async (c) => {
    const { id } = c.req.valid('param');
    const { name, data } = c.req.valid('json');
    c.set('runId', id);
    if (JSON.stringify(data).length > eventLimit) {
      throw new ProblemError('too-large', { detail: `data: more than ${eventLimit} bytes` });
    }
    const result = await runs.tell(id, { type: 'event', name, data, at: clock() });
    if (result === 'unknown') throw notFound();
    if (result === 'ended') {
      throw new ProblemError('conflict', { detail: 'The run has ended, or is not one that waits.' });
    }
    return c.json({ runId: id }, 202);
  });

  app.openapi(cancel, async (c) => {
    const { id } = c.req.valid('param');
    c.set('runId', id);
    const result = await runs.cancel(id);
    if (result === 'unknown') throw notFound();
    if (result === 'ended') throw new ProblemError('conflict', { detail: 'The run has ended.' });
    return c.json({ runId: id }, 202);
  });
}

function notFound(): ProblemError {
  return new ProblemError('not-found', { detail: 'There is no run with this id.' });
}
