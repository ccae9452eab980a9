import type { OpenAPIHono } from '@hono/zod-openapi';
import { type AccountOf, webMessage } from '../../contracts/index.ts';
import { type Rate, TokenBuckets } from '../../services/rates/index.ts';
import type { Gate } from '../access/gate.ts';
import { readBody } from '../body.ts';
import { type ApiContext, type ApiEnv, preferredLanguage, traceIdOf } from '../context.ts';
import { say } from '../conversations/say.ts';
import { threadEvents } from '../conversations/thread-events.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type Asset, assetResponse, pageAsset } from '../pages/assets.ts';
import { dataHeaders, ProblemError } from '../problems.ts';
import { retryAfter } from '../retry-after.ts';
import { embedPage } from './page.ts';
import { Visitors } from './visitors.ts';

const bodyLimits = { bytes: 200_000, ms: 10_000 };
/** New visitors from one address, behind which may be an office. */
const visitorRate: Rate = { capacity: 30, perMinute: 2 };
const javascript = 'text/javascript; charset=utf-8';

const assets: Record<string, Asset> = {
  '/embed/assets/chat.js': pageAsset('chat.js', javascript),
  '/embed/assets/chat.css': pageAsset('chat.css', 'text/css; charset=utf-8'),
};

/**
 * `/embed/:account`: the chat that other sites show to their visitors in a frame. A visitor is who holds the token that
 * the page got; each has a conversation of their own.
 */
export function addEmbed(app: OpenAPIHono<ApiEnv>, dependencies: ApiDependencies, gate: Gate): void {
  const { accounts, adminToken, clock, threads } = dependencies;
  const visitors = new Visitors(adminToken);
  const rates = new TokenBuckets();

  for (const [path, asset] of Object.entries(assets)) app.get(path, (c) => assetResponse(asset, c.req.raw));
  const loader = pageAsset('embed.js', javascript);
  app.get('/embed.js', async (c) => {
    const response = await assetResponse(loader, c.req.raw);
    response.headers.set('cross-origin-resource-policy', 'cross-origin');
    return response;
  });

  app.get('/embed/:account', (c) => {
    const { id, embed } = accountOf(c);
    const language = preferredLanguage(c.req.query('lang') ?? c.req.header('accept-language'));
    return c.body(String(embedPage(id, language)), 200, pageHeaders(embed?.origins ?? []));
  });

  app.post('/embed/:account/visitors', (c) => {
    const { id } = accountOf(c);
    const wait = rates.take(gate.keyOf(c), visitorRate, clock());
    if (wait > 0) throw new ProblemError('too-many-requests', { headers: retryAfter(wait) });
    return c.json({ token: visitors.begin(id, clock()) }, 201, dataHeaders);
  });

  app.post('/embed/:account/messages', async (c) => {
    const account = accountOf(c);
    const visitor = visitorOf(c, account.id);
    const body = webMessage.safeParse(parsed(await readBody(c.req.raw, c.env?.incoming, bodyLimits)));
    if (!body.success) throw new ProblemError('bad-request', { detail: 'A message is {"id", "text"}.' });
    const place = { account, conversation: `visitor-${visitor}` };
    const traceId = traceIdOf(c.req.header('traceparent'));
    const taken = await say(dependencies, place, { id: `visitor-${visitor}` }, body.data, traceId);
    return c.json(taken, 202, dataHeaders);
  });

  app.get('/embed/:account/events', (c) => {
    const { id } = accountOf(c);
    return threadEvents(c, threads, id, `visitor-${visitorOf(c, id)}`);
  });

  function accountOf(c: ApiContext): AccountOf<'web'> {
    gate.check(c, 'webhooks');
    const wanted = c.req.param('account');
    for (const account of accounts) {
      if (account.id === wanted && account.kind === 'web' && account.embed) return account;
    }
    throw new ProblemError('not-found', { detail: 'No account of this id is shown to visitors.' });
  }

  function visitorOf(c: ApiContext, account: string): string {
    const token = /^bearer +(\S{1,300})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const visitor = visitors.idOf(token, account, clock());
    if (visitor === undefined) throw new ProblemError('unauthorized', { detail: 'The visit is over.' });
    return visitor;
  }
}

function pageHeaders(origins: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${origins.join(' ')}`,
  ];
  return {
    'cache-control': 'no-cache',
    'content-security-policy': policy.join('; '),
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    vary: 'accept-language',
  };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
