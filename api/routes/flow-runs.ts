import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { flowId, flowLimits, nodeId, type RunOrigin, waitTime } from '../../contracts/index.ts';
import { startRun as begin, randomRunId } from '../../services/runs/index.ts';
import { type ApiContext, type ApiEnv, preferredLanguage } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type FlowStart, flowStart } from '../flow-start.ts';
import { endedRun, startedRun, startRun, testNode } from '../named-schemas.ts';
import { ProblemError } from '../problems.ts';
import { answerWithRun, waitOf } from '../wait.ts';
import { commonProblems, jsonBody, notFoundProblem, resumeRefusedProblem } from './describe.ts';

/** Who asks, until there are more people than the administrator. */
const user = 'admin';

const query = z.object({
  wait: waitTime.optional().describe('How long the answer may wait for the end, at most 60s.'),
});
const responses = {
  200: jsonBody(endedRun, 'It ended while it was waited for.'),
  202: jsonBody(startedRun, 'The run is durable and will be carried out.'),
  ...commonProblems,
  ...notFoundProblem,
  ...resumeRefusedProblem,
};

const start = createRoute({
  method: 'post',
  path: '/api/v1/flows/{id}/run',
  tags: ['flows'],
  summary: 'Run a flow',
  description:
    'Without `version`: the newest published one. `input` becomes `trigger.input`. `draft` runs what is being edited, with its pinned outputs; its run says `flow.draft`. `upTo` does only what leads to a node. `dry` records what nodes with effects would do.',
  request: {
    params: z.object({ id: flowId }),
    query,
    body: { content: { 'application/json': { schema: startRun } } },
  },
  responses,
});

const test = createRoute({
  method: 'post',
  path: '/api/v1/flows/{id}/nodes/{node}/test',
  tags: ['flows'],
  summary: 'Try one node',
  description:
    'Does one node alone, of the draft or of a version, with the outputs of other nodes that are given or pinned. A draft is checked whole.',
  request: {
    params: z.object({ id: flowId, node: nodeId }),
    query,
    body: { content: { 'application/json': { schema: testNode } } },
  },
  responses,
});

export function addFlowRuns(
  app: OpenAPIHono<ApiEnv>,
  { flows, temporal, clock }: Pick<ApiDependencies, 'flows' | 'temporal' | 'clock'>,
): void {
  app.openapi(start, async (c) => {
    const { input, version, draft, upTo, dry } = c.req.valid('json');
    const what: FlowStart = {
      id: c.req.valid('param').id,
      ...(draft ? { version: 'draft' } : version === undefined ? {} : { version }),
      ...(upTo === undefined ? {} : { part: { node: upTo, mode: 'upTo' } }),
    };
    return run(c, what, input === undefined ? {} : { input }, dry);
  });

  app.openapi(test, async (c) => {
    const { id, node } = c.req.valid('param');
    const { trigger = {}, outputs, version = 'draft', dry } = c.req.valid('json');
    const what: FlowStart = {
      id,
      version,
      part: { node, mode: 'only' },
      ...(outputs === undefined ? {} : { outputs }),
    };
    return run(c, what, trigger, dry);
  });

  async function run(c: ApiContext, what: FlowStart, input: ApiInput, dry = false) {
    if (JSON.stringify(input).length > flowLimits.inputBytes) {
      throw new ProblemError('too-large', { detail: `input: more than ${flowLimits.inputBytes} bytes` });
    }
    const waitMs = waitOf(c);
    const started = await flowStart(flows, what);
    const runId = randomRunId();
    c.set('runId', runId);
    await begin(temporal, {
      runId,
      origin: {
        type: 'api',
        input,
        user,
        traceId: c.get('traceId'),
        language: preferredLanguage(c.req.header('accept-language')),
      },
      startedAt: clock(),
      ...started,
      ...(dry ? { dry } : {}),
    });
    return answerWithRun(c, temporal, runId, waitMs);
  }
}

type ApiInput = Extract<RunOrigin, { type: 'api' }>['input'];
