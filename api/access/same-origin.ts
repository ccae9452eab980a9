import { ProblemError } from '../problems.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site's page made a browser send along with our cookie. Browsers say where a request comes from in
 * `Sec-Fetch-Site` (on https and loopback), else in `Origin`; a request that says neither is no browser's of today.
 */
export function requireSameOrigin(request: Request): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null ? site === 'same-origin' : originIsHost(request)) return;
  throw new ProblemError('forbidden', { detail: 'This call came from another site.' });
}

function originIsHost(request: Request): boolean {
  const origin = request.headers.get('origin');
  if (!origin || !URL.canParse(origin)) return false;
  return new URL(origin).host === (request.headers.get('host') ?? new URL(request.url).host);
}
