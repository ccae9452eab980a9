import type { OpenAPIHono } from '@hono/zod-openapi';
import { flowLimits, type Json, json } from '../../contracts/index.ts';
import { TokenBuckets } from '../../services/rates/index.ts';
import { hookRunId, startRun } from '../../services/runs/index.ts';
import type { Gate } from '../access/gate.ts';
import { readBody } from '../body.ts';
import { type ApiContext, type ApiEnv, preferredLanguage } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { isTooDeep } from '../json-depth.ts';
import { ProblemError } from '../problems.ts';
import { retryAfter } from '../retry-after.ts';
import { answerWithRun, waitOf } from '../wait.ts';
import { createHookFinder, type PublishedHook } from './published-hook.ts';
import { verifiedId } from './verify.ts';

const bodyLimits = { bytes: flowLimits.inputBytes, ms: 10_000 };
const unavailableMs = 2_000;
/** Who asks for runs that a hook starts, in records and search attributes. */
const user = 'hook';

/**
 * `POST /hooks/:flow`: other programs' way to a flow.
 * Flow → size and time → signature → JSON, schema → the flow's rate → Temporal → 202, or 200 with the result.
 */
export function addHooks(app: OpenAPIHono<ApiEnv>, dependencies: ApiDependencies, gate: Gate): void {
  const { clock, flows, hooks, ready, settings, temporal } = dependencies;
  const findHook = createHookFinder(flows);
  const rates = new TokenBuckets();
  const perMinute = settings.config.hooks.ratePerFlowPerMinute;

  app.all('/hooks/:flow', async (c) => {
    gate.check(c, 'webhooks');
    if (c.req.method !== 'POST') throw new ProblemError('method-not-allowed', { headers: { allow: 'POST' } });
    if (!ready().ok) throw unavailable();
    const flow = c.req.param('flow');
    const waitMs = waitOf(c);
    const hook = await findHook(flow);
    if (!hook) throw new ProblemError('not-found', { detail: 'No published flow with this id takes calls.' });
    const rawBody = await readBody(c.req.raw, c.env?.incoming, bodyLimits);
    const webhookId = verifiedId(c, await hooks.find(flow), rawBody, clock());
    const input = inputOf(hook, rawBody);
    take(flow);
    const runId = hookRunId(flow, webhookId);
    c.set('runId', runId);
    // A repeat finds the run that is there, and gets the same answer.
    await begin(c, hook, runId, input);
    return answerWithRun(c, temporal, runId, waitMs);
  });

  function take(flow: string): void {
    const wait = rates.take(flow, { capacity: perMinute, perMinute }, clock());
    if (wait === 0) return;
    throw new ProblemError('too-many-requests', {
      detail: `More than ${perMinute} calls a minute came for this flow.`,
      headers: retryAfter(wait),
    });
  }

  async function begin(c: ApiContext, { plan, trigger }: PublishedHook, runId: string, input: Json) {
    await startRun(temporal, {
      runId,
      origin: {
        type: 'api',
        input: { input },
        user,
        traceId: c.get('traceId'),
        language: preferredLanguage(c.req.header('accept-language')),
      },
      startedAt: clock(),
      flow: plan.flow,
      start: { trigger },
    });
  }
}

function inputOf({ schema }: PublishedHook, rawBody: Uint8Array): Json {
  if (isTooDeep(rawBody)) throw new ProblemError('bad-request', { detail: 'The body nests too deeply.' });
  const input = parsed(rawBody);
  const errors = schema?.flawsOf(input) ?? [];
  if (errors.length === 0) return input;
  const [first] = errors;
  throw new ProblemError('input-invalid', {
    detail: `${first?.path || 'the input'} ${first?.message}`,
    members: { errors },
  });
}

function parsed(rawBody: Uint8Array): Json {
  try {
    return json.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)));
  } catch {
    throw new ProblemError('bad-request', { detail: 'The body is not JSON.' });
  }
}

function unavailable(): ProblemError {
  return new ProblemError('unavailable', {
    detail: 'The call could not be made durable. Send it again.',
    headers: retryAfter(unavailableMs),
  });
}
