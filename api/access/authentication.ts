import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { type Rate, TokenBuckets } from '../../services/rates/index.ts';
import type { ApiContext, ApiEnv, Credential } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { retryAfter } from '../retry-after.ts';
import type { Gate } from './gate.ts';
import { requireSameOrigin } from './same-origin.ts';
import { type Sessions, secretsEqual, sessionCookie } from './sessions.ts';

/** Wrong tokens one address may show: a burst, then one every six seconds. */
const failureRate: Rate = { capacity: 20, perMinute: 10 };
const longestToken = 1_000;

/** Checks who asks: the admin token as a bearer, or the session cookie that was given for it. */
export class Authentication {
  readonly sessions: Sessions;
  readonly #adminToken: string;
  readonly #gate: Gate;
  readonly #clock: () => number;
  readonly #failures = new TokenBuckets(10_000);

  constructor(options: { adminToken: string; sessions: Sessions; gate: Gate; clock: () => number }) {
    if (options.adminToken.trim() === '') throw new RangeError('the admin token is empty');
    this.#adminToken = options.adminToken;
    this.sessions = options.sessions;
    this.#gate = options.gate;
    this.#clock = options.clock;
  }

  /** Whether the token is the admin's. Throws `too-many-requests` for an address that showed too many wrong ones, right or wrong. */
  checkToken(c: ApiContext, token: string): boolean {
    const key = this.#gate.keyOf(c);
    const wait = this.#failures.waitFor(key, failureRate, this.#clock());
    if (wait > 0) {
      throw new ProblemError('too-many-requests', {
        detail: 'Too many wrong tokens came from this address.',
        headers: retryAfter(wait),
      });
    }
    if (token.length <= longestToken && secretsEqual(token, this.#adminToken)) return true;
    this.#failures.take(key, failureRate, this.#clock());
    return false;
  }

  /** How this request is authenticated, or null. Throws `forbidden` for a cookie that another site's page sent along. */
  credentialOf(c: ApiContext): Credential | null {
    const authorization = c.req.header('authorization');
    if (authorization !== undefined) {
      const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
      return token !== undefined && this.checkToken(c, token) ? 'token' : null;
    }
    const cookie = getCookie(c, sessionCookie);
    if (cookie === undefined || !this.sessions.isValid(cookie, this.#clock())) return null;
    requireSameOrigin(c.req.raw);
    return 'session';
  }

  /** Lets nobody past without a credential: 401. */
  required() {
    return createMiddleware<ApiEnv>(async (c, next) => {
      const credential = this.credentialOf(c);
      if (!credential) throw unauthorized();
      c.set('credential', credential);
      await next();
    });
  }

  /** The same; a person who merely follows a link is sent to sign in. */
  requiredOfBrowser() {
    return createMiddleware<ApiEnv>(async (c, next) => {
      const credential = this.credentialOf(c);
      const isNavigation = c.req.method === 'GET' && c.req.header('accept')?.includes('text/html');
      if (!credential && isNavigation) return c.redirect('/', 303);
      if (!credential) throw unauthorized();
      c.set('credential', credential);
      await next();
    });
  }
}

export function unauthorized(): ProblemError {
  return new ProblemError('unauthorized', {
    detail: 'Send the admin token as a bearer, or sign in.',
    headers: { 'www-authenticate': 'Bearer realm="errand"' },
  });
}
