import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type FlowRef, flowId, flowLimits } from '../../contracts/index.ts';
import { FlowNotFound } from '../../services/flows/index.ts';
import { startRun as begin, randomRunId } from '../../services/runs/index.ts';
import { type ApiEnv, preferredLanguage } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { startedRun, startRun } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

/** Who asks, until there are more people than the administrator. */
const user = 'admin';

const start = createRoute({
  method: 'post',
  path: '/api/v1/flows/{id}/run',
  tags: ['flows'],
  summary: 'Run a flow',
  description: 'Without `version`: the newest published one. `input` becomes `trigger.input`.',
  request: {
    params: z.object({ id: flowId }),
    body: { content: { 'application/json': { schema: startRun } } },
  },
  responses: {
    202: jsonBody(startedRun, 'The run is durable and will be carried out.'),
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function addFlowRuns(
  app: OpenAPIHono<ApiEnv>,
  { flows, temporal, clock }: Pick<ApiDependencies, 'flows' | 'temporal' | 'clock'>,
): void {
  app.openapi(start, async (c) => {
    const { input, version } = c.req.valid('json');
    if (input !== undefined && JSON.stringify(input).length > flowLimits.inputBytes) {
      throw new ProblemError('too-large', { detail: `input: more than ${flowLimits.inputBytes} bytes` });
    }
    const flow = await versionOf(flows, c.req.valid('param').id, version);
    const runId = randomRunId();
    c.set('runId', runId);
    await begin(temporal, {
      runId,
      origin: {
        type: 'api',
        input: input === undefined ? {} : { input },
        user,
        traceId: c.get('traceId'),
        language: preferredLanguage(c.req.header('accept-language')),
      },
      startedAt: clock(),
      flow,
    });
    return c.json({ runId }, 202);
  });
}

/** Throws `FlowNotFound` for a flow, or a version, that there is not. */
async function versionOf(
  flows: ApiDependencies['flows'],
  id: string,
  version: number | undefined,
): Promise<FlowRef> {
  if (await flows.isArchived(id)) throw new FlowNotFound(id);
  if (version === undefined) return flows.current(id);
  await flows.version(id, version);
  return { id, version };
}
