import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type Authentication, unauthorized } from '../access/authentication.ts';
import type { Gate } from '../access/gate.ts';
import { sessionCookie, sessionSeconds } from '../access/sessions.ts';
import { boundedBodies } from '../bounded-bodies.ts';
import type { ApiEnv } from '../context.ts';
import { commonProblems, requiredJson, tooManyProblem } from './describe.ts';

const path = '/api/v1/session';

const signIn = createRoute({
  method: 'post',
  path,
  tags: ['session'],
  summary: 'Sign in',
  description: 'Trades the admin token for a session cookie (HttpOnly, twelve hours).',
  security: [],
  middleware: [boundedBodies] as const,
  request: { body: requiredJson(z.object({ token: z.string().min(1).max(1_000) })) },
  responses: { 204: { description: 'Signed in.' }, ...commonProblems, ...tooManyProblem },
});

const signOut = createRoute({
  method: 'delete',
  path,
  tags: ['session'],
  summary: 'Sign out',
  responses: { 204: { description: 'Signed out.' }, ...commonProblems },
});

/** Ahead of authentication: the one call of the API that needs none. */
export function addSignIn(
  app: OpenAPIHono<ApiEnv>,
  authentication: Authentication,
  gate: Gate,
  clock: () => number,
): void {
  app.openapi(signIn, (c) => {
    const { token } = c.req.valid('json');
    if (!authentication.checkToken(c, token)) throw unauthorized();
    setCookie(c, sessionCookie, authentication.sessions.begin(clock()), {
      httpOnly: true,
      sameSite: 'Strict',
      secure: gate.isSecure(c),
      path: '/',
      maxAge: sessionSeconds,
    });
    return c.body(null, 204);
  });
}

export function addSignOut(
  app: OpenAPIHono<ApiEnv>,
  authentication: Authentication,
  clock: () => number,
): void {
  app.openapi(signOut, (c) => {
    authentication.sessions.end(getCookie(c, sessionCookie) ?? '', clock());
    deleteCookie(c, sessionCookie, { path: '/' });
    return c.body(null, 204);
  });
}
