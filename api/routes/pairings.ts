import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { accountId, pairedPerson, pairingCode } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { pendingPairing } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

const tags = ['channels'];
/** Who decides, until there are more people than the administrator. */
const by = 'admin';
const codeParams = z.object({ code: pairingCode });

const list = createRoute({
  method: 'get',
  path: '/api/v1/pairings',
  tags,
  summary: 'List unknown people who wait to be let in',
  responses: {
    200: jsonBody(z.object({ pairings: z.array(pendingPairing) }), 'Those whose codes live.'),
    ...commonProblems,
  },
});

const approve = createRoute({
  method: 'post',
  path: '/api/v1/pairings/{code}',
  tags,
  summary: 'Let somebody in',
  request: { params: codeParams },
  responses: {
    200: jsonBody(pendingPairing, 'Who may write from now on. They are told where the platform allows it.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const refuse = createRoute({
  method: 'delete',
  path: '/api/v1/pairings/{code}',
  tags,
  summary: 'Take a code back',
  request: { params: codeParams },
  responses: {
    204: { description: 'It lets nobody in. Whoever had it gets another when they write again.' },
    ...commonProblems,
    ...notFoundProblem,
  },
});

const people = createRoute({
  method: 'get',
  path: '/api/v1/channels/{id}/people',
  tags,
  summary: 'List the people who were let in',
  request: { params: z.object({ id: accountId }) },
  responses: {
    200: jsonBody(z.object({ people: z.array(pairedPerson) }), 'Those let in first come first.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/channels/{id}/people/{sender}',
  tags,
  summary: 'Let somebody in no more',
  request: { params: z.object({ id: accountId, sender: z.string().min(1).max(256) }) },
  responses: {
    204: { description: 'Their messages are not taken any more, within two seconds.' },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function addPairings(
  app: OpenAPIHono<ApiEnv>,
  { accounts, pairings }: Pick<ApiDependencies, 'accounts' | 'pairings'>,
): void {
  app.openapi(list, async (c) => c.json({ pairings: await pairings.pending() }, 200));

  app.openapi(approve, async (c) => {
    const approved = await pairings.approve(c.req.valid('param').code, by);
    if (!approved) throw noSuchCode();
    return c.json(approved, 200);
  });

  app.openapi(refuse, async (c) => {
    if (!(await pairings.refuse(c.req.valid('param').code))) throw noSuchCode();
    return c.body(null, 204);
  });

  app.openapi(people, async (c) => {
    const { id } = c.req.valid('param');
    if (!accounts.some((account) => account.id === id)) {
      throw new ProblemError('not-found', { detail: 'There is no account with this id.' });
    }
    return c.json({ people: await pairings.people(id) }, 200);
  });

  app.openapi(remove, async (c) => {
    const { id, sender } = c.req.valid('param');
    if (!(await pairings.remove(id, sender))) {
      throw new ProblemError('not-found', { detail: 'Nobody with this id was let in there.' });
    }
    return c.body(null, 204);
  });
}

function noSuchCode(): ProblemError {
  return new ProblemError('not-found', { detail: 'Nobody waits with this code: it may have expired.' });
}
