import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ChannelRequest, ChannelResponse } from '../../channels/channel.ts';
import { channelOf } from '../../channels/index.ts';
import { NotDurable } from '../../channels/intake/index.ts';
import type { AccountConfig } from '../../contracts/index.ts';
import type { Gate } from '../access/gate.ts';
import { readBody } from '../body.ts';
import { type ApiContext, type ApiEnv, traceIdOf } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { isTooDeep } from '../json-depth.ts';
import { dataHeaders, ProblemError, type ProblemName, problemResponse } from '../problems.ts';
import { retryAfter } from '../retry-after.ts';

const path = '/webhooks/:account';
const bodyLimits = { bytes: 1_000_000, ms: 10_000 };
/** After which a sender may try again what could not be made durable. */
const unavailableMs = 2_000;

/** Why a request was not taken: the label of `errand_refused_total`. */
type Refusal = ProblemName | 'refused' | 'ignored';

/**
 * `/webhooks/:account`: the platforms' way in. A plain route ahead of all middleware, because every message passes it.
 * Method → account → size and time → verify, parse → intake → 2xx in the platform's form.
 */
export function addWebhooks(app: OpenAPIHono<ApiEnv>, dependencies: ApiDependencies, gate: Gate): void {
  const { accounts, clock, intake, lastEvents, logger, metrics, ready } = dependencies;
  const byId = new Map(accounts.map((account) => [account.id, account]));

  app.all(path, async (c) => {
    const started = performance.now();
    const response = await answer(c).catch((error: unknown) => {
      if (error instanceof NotDurable) return unavailable();
      if (error instanceof ProblemError) return refuse(error.problem, error);
      logger.error({ err: error, account: known(c) }, 'webhook failed');
      return refuse('internal');
    });
    const { status } = response;
    const { method } = c.req;
    if (status >= 400) {
      logger.info({ method, account: known(c), status }, 'webhook not taken');
    }
    const labels = { route: path, method, status: String(status) };
    metrics.httpSeconds.observe(labels, (performance.now() - started) / 1_000);
    return response;
  });

  /** For logs: any other word in the path may be anything, a secret in the wrong place too. */
  function known(c: ApiContext): string | undefined {
    return byId.get(c.req.param('account') ?? '')?.id;
  }

  async function answer(c: ApiContext): Promise<Response> {
    gate.check(c, 'webhooks');
    const { method } = c.req;
    if (method !== 'POST' && method !== 'GET') {
      throw new ProblemError('method-not-allowed', { headers: { allow: 'POST' } });
    }
    const account = byId.get(c.req.param('account') ?? '');
    const channel = account && channelOf(account.kind);
    if (!account || !channel?.receive) {
      throw new ProblemError('not-found', { detail: 'No account with this id takes webhooks.' });
    }
    if (!ready().ok) {
      count('unavailable');
      return unavailable();
    }
    const rawBody = await readBody(c.req.raw, c.env?.incoming, bodyLimits);
    if (isTooDeep(rawBody)) throw new ProblemError('bad-request', { detail: 'The body nests too deeply.' });
    const result = channel.receive(requestOf(c, rawBody, clock()), account);
    if (result.type === 'refused') {
      count('refused');
      const { detail: reason = result.problem.title } = result.problem;
      lastEvents.note(account.id, { at: clock(), verdict: 'refused', reason });
      const headers = { ...dataHeaders, 'content-type': 'application/problem+json' };
      return new Response(JSON.stringify(result.problem), { status: result.status, headers });
    }
    if (result.type === 'ignored') {
      count('ignored');
      lastEvents.note(account.id, { at: clock(), verdict: 'ignored', reason: result.reason });
      return platformResponse(result.respond());
    }
    const taking = await intake.take(account, result.message, traceIdOf(c.req.header('traceparent')));
    if (taking.type === 'limited' && channel.refusesExcess) return excess(account, taking.waitMs);
    return platformResponse(result.respond());
  }

  function refuse(name: ProblemName, error?: ProblemError): Response {
    count(name);
    return problemResponse(name, error?.options);
  }

  function count(reason: Refusal): void {
    metrics.refused.inc({ reason });
  }
}

function requestOf(c: ApiContext, rawBody: Uint8Array, now: number): ChannelRequest {
  return { method: c.req.method, headers: headersOf(c), query: c.req.query(), rawBody, now };
}

/** Node's own header object where there is one: it is parsed already. */
function headersOf(c: ApiContext): Record<string, string | undefined> {
  const incoming = c.env?.incoming;
  if (!incoming) return Object.fromEntries(c.req.raw.headers);
  const headers: Record<string, string | undefined> = {};
  for (const name in incoming.headers) {
    const value = incoming.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

function platformResponse({ status, headers, body }: ChannelResponse): Response {
  return new Response(body, { status, headers: { ...dataHeaders, ...headers } });
}

function unavailable(): Response {
  return problemResponse('unavailable', {
    detail: 'The message could not be made durable. Send it again.',
    headers: retryAfter(unavailableMs),
  });
}

function excess({ ratePerSenderPerMinute }: AccountConfig, waitMs: number): Response {
  return problemResponse('too-many-requests', {
    detail: `More than ${ratePerSenderPerMinute} messages a minute came from this sender.`,
    headers: retryAfter(waitMs),
  });
}
