import { createGuardedAgent, createTrustedAgents, type Resolve, resolveAll } from './agents.ts';
import { acceptEncoding, decode, isDecodable } from './decode.ts';
import { EgressError } from './egress-error.ts';
import { type ExchangeResponse, exchange } from './exchange.ts';
import { forbiddenMethods, isConnectionHeader } from './forbidden.ts';
import { createPolicy } from './policy.ts';
import { type Hop, nextHop } from './redirect.ts';
import { createTrustedFetch, type TrustedFetch } from './trusted-fetch.ts';

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 5_000_000;
const defaultRedirects = 5;

export interface EgressRequest {
  /** `GET` without. */
  method?: string;
  /** Those that belong to the connection (`host`, `content-length`, …) are ignored. */
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For everything: redirects, connections and the last byte. 30 s without. */
  timeoutMs?: number;
  /** Of the body, before and after decompression. 5 MB without. */
  maxBytes?: number;
  /** How many redirects are followed; with 0 they are returned as they are. 5 without. */
  maxRedirects?: number;
  /** Only status and headers matter: returns as soon as they are there; the body is drained up to `maxBytes`. */
  discardBody?: boolean;
  signal?: AbortSignal;
}

export interface EgressResponse {
  status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  headers: Record<string, string>;
  /** Decompressed. */
  body: Uint8Array;
  /** Where the response came from, after redirects. */
  url: string;
}

/** The one way out of the house. Both calls throw `EgressError`, or the reason of `signal` when that ended them. */
export interface Egress {
  /** For addresses from messages, models and flows: only public ones, or what the operator allowed. */
  fetch(url: string, request?: EgressRequest): Promise<EgressResponse>;
  /** For addresses that the operator configured. A redirect to another origin is guarded again. */
  fetchTrusted(url: string, request?: EgressRequest): Promise<EgressResponse>;
  /** `fetch` as the standard has it, streams included, for SDKs that talk to configured endpoints. Follows no redirects. */
  trustedFetch: TrustedFetch;
  /** Ends what is under way and closes every connection. */
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Hosts, addresses and networks that may be reached although they are private. */
  allow: readonly string[];
  /** How names of guarded requests are resolved; the system's resolver without. */
  resolve?: Resolve;
}

/** Opens the client with its pools of connections. Throws `RangeError` when the allow-list cannot be read. */
export function createEgress({ allow, resolve = resolveAll }: EgressOptions): Egress {
  const policy = createPolicy(allow);
  const guarded = createGuardedAgent(policy, resolve);
  const trusted = createTrustedAgents();

  async function follow(
    first: Hop,
    isTrusted: boolean,
    request: EgressRequest,
    signal: AbortSignal,
  ): Promise<ExchangeResponse & { hop: Hop }> {
    const { maxBytes = defaultMaxBytes, maxRedirects = defaultRedirects } = request;
    let hop = first;
    for (let redirects = 0; ; redirects += 1) {
      const trustHop = isTrusted && hop.url.origin === first.url.origin;
      if (!trustHop) policy.checkUrl(hop.url);
      const response = await exchange(trustHop ? trusted.within() : guarded, { ...hop, maxBytes, signal });
      const next = maxRedirects > 0 ? nextHop(hop, response.status, response.headers.location) : undefined;
      if (!next) return { ...response, hop };
      if (redirects === maxRedirects) {
        throw new EgressError('EgressRefused', `${first.url.host} redirects more than ${maxRedirects} times`);
      }
      hop = next;
    }
  }

  async function send(text: string, isTrusted: boolean, request: EgressRequest): Promise<EgressResponse> {
    const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, signal } = request;
    signal?.throwIfAborted();
    const first = firstHop(text, request);
    const controller = new AbortController();
    const onAbort = () => controller.abort(signal?.reason);
    const timer = setTimeout(() => {
      controller.abort(new EgressError('Timeout', `${first.url.host} did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    let releaseLater = false;
    try {
      const { status, headers, body, hop } = await follow(first, isTrusted, request, controller.signal);
      const url = hop.url.href;
      if (request.discardBody) {
        releaseLater = true;
        body.then(release, release);
        return { status, headers, body: new Uint8Array(), url };
      }
      return { status, url, ...(await decoded(headers, await body, maxBytes, hop)) };
    } finally {
      if (!releaseLater) release();
    }
  }

  return {
    fetch: (url, request = {}) => send(url, false, request),
    fetchTrusted: (url, request = {}) => send(url, true, request),
    trustedFetch: createTrustedFetch(trusted.within),
    async close() {
      await Promise.all([guarded.destroy(), trusted.destroy()]);
    },
  };
}

function firstHop(text: string, request: EgressRequest): Hop {
  if (!URL.canParse(text)) throw new EgressError('EgressRefused', 'the address is not a valid URL');
  const method = (request.method ?? 'GET').toUpperCase();
  if (forbiddenMethods.has(method)) throw new EgressError('EgressRefused', `${method} is not allowed`);
  const headers: Record<string, string> = { 'user-agent': 'errand' };
  if (!request.discardBody) headers['accept-encoding'] = acceptEncoding;
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lowerCase = name.toLowerCase();
    if (!isConnectionHeader(lowerCase)) headers[lowerCase] = value;
  }
  return { url: new URL(text), method, headers, body: request.body };
}

/** Headers that described the coded body go with the coding. */
async function decoded(
  headers: Record<string, string>,
  body: Uint8Array,
  maxBytes: number,
  hop: Hop,
): Promise<Pick<EgressResponse, 'headers' | 'body'>> {
  const { 'content-encoding': encoding, 'content-length': _length, ...rest } = headers;
  const coding = encoding?.trim().toLowerCase();
  if (!isDecodable(coding)) return { headers, body };
  return { headers: rest, body: await decode(body, coding, maxBytes, hop.url.host) };
}
