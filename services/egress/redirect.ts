/** What is sent again when a server points elsewhere. */
export interface Hop {
  url: URL;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const bodyHeaders = ['content-encoding', 'content-language', 'content-location', 'content-type'];
const credentialHeaders = ['authorization', 'cookie'];

/**
 * The request that follows a response, as the Fetch standard has it (HTTP-redirect fetch), or undefined when the
 * response is no redirect. Credentials stay with their origin. An unreadable `location` is no redirect.
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (!redirectStatuses.has(status) || location === undefined || !URL.canParse(location, hop.url.href)) {
    return undefined;
  }
  const url = new URL(location, hop.url);
  const headers = { ...hop.headers };
  if (url.origin !== hop.url.origin) drop(headers, credentialHeaders);
  const becomesGet =
    ((status === 301 || status === 302) && hop.method === 'POST') ||
    (status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD');
  if (!becomesGet) return { url, method: hop.method, headers, body: hop.body };
  drop(headers, bodyHeaders);
  return { url, method: 'GET', headers, body: undefined };
}

function drop(headers: Record<string, string>, names: readonly string[]): void {
  for (const name of names) delete headers[name];
}
