import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type DeadLetter, deadLetterId, taskQueue, workflowTypes } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { deadLetter } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

const tags = ['dead letters'];
const params = z.object({ id: deadLetterId });
/** More than anybody reads; what is sent again or dropped makes room. */
const shown = 500;

const list = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters',
  tags,
  summary: 'List what could not be delivered',
  responses: {
    200: jsonBody(
      z.object({ deadLetters: z.array(deadLetter), more: z.boolean() }),
      `The newest of at most ${shown} first.`,
    ),
    ...commonProblems,
  },
});

const retry = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/retry',
  tags,
  summary: 'Deliver one again',
  description:
    'It is tried for up to a day, and leaves the list once it has arrived. Asked for twice, it goes on once.',
  request: { params },
  responses: {
    202: jsonBody(z.object({ workflowId: z.string() }), 'It is being tried.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const drop = createRoute({
  method: 'delete',
  path: '/api/v1/dead-letters/{id}',
  tags,
  summary: 'Drop one',
  request: { params },
  responses: { 204: { description: 'It is gone.' }, ...commonProblems },
});

export function addDeadLetters(
  app: OpenAPIHono<ApiEnv>,
  { deadLetters, temporal }: Pick<ApiDependencies, 'deadLetters' | 'temporal'>,
): void {
  app.openapi(list, async (c) => {
    const { letters, more } = await deadLetters.list(shown);
    letters.sort((one, other) => other.failedAt.localeCompare(one.failedAt));
    return c.json({ deadLetters: letters.map(withoutAddress), more }, 200);
  });

  app.openapi(retry, async (c) => {
    const letter = await deadLetters.find(c.req.valid('param').id);
    if (!letter) throw new ProblemError('not-found', { detail: 'There is no such dead letter.' });
    const workflowId = `redelivery:${letter.id}`;
    await temporal.workflow.start(workflowTypes.redelivery, {
      workflowId,
      taskQueue,
      args: [letter],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return c.json({ workflowId }, 202);
  });

  app.openapi(drop, async (c) => {
    await deadLetters.drop(c.req.valid('param').id);
    return c.body(null, 204);
  });
}

/** Who reads the address of an answer (a session, say) could speak there in Errand's name. */
function withoutAddress({ delivery: { replyTo: _, ...delivery }, ...letter }: DeadLetter): DeadLetter {
  return { ...letter, delivery };
}
