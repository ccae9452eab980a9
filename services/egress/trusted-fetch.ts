import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { ConnectionOptions } from './agents.ts';
import { tooLarge } from './decode.ts';

/** Longest silence of a server, in milliseconds; callers end a call earlier with their signal. */
const silenceMs = 300_000;
/** Of one response, streamed or not, after decompression. */
const maxBytes = 32_000_000;
const statusesWithoutBody = new Set([204, 205, 304]);

export interface TrustedRequestInit extends RequestInit {
  /** How long a new connection may take to open. */
  connectTimeoutMs?: number;
  /** Certificates (PEM) of the authorities that are believed instead of the public ones. */
  ca?: string;
}

/** The standard's `fetch`, and what it does not let one say. */
export type TrustedFetch = (input: string | URL | Request, init?: TrustedRequestInit) => Promise<Response>;

/**
 * `fetch` as the standard has it over given connections, which `connections` finds by their time limit and authorities, at a third of the processor time of the general one [measured].
 * A redirect is returned, not followed: a configured endpoint that moved is for the operator to correct.
 * Fails as `TypeError` with the cause, or with the reason of the caller's signal. A response ends at 32 MB.
 */
export function createTrustedFetch(connections: (options: ConnectionOptions) => Dispatcher): TrustedFetch {
  return async function trustedFetch(input, init) {
    const { url, method, headers, body, signal } = await normalise(input, init);
    try {
      const response = await connections(init ?? {}).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers,
        body,
        signal,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
      });
      return toResponse(response, url.host);
    } catch (error) {
      signal?.throwIfAborted();
      throw new TypeError('fetch failed', { cause: error });
    }
  };
}

interface PlainRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
  signal: AbortSignal | null;
}

async function normalise(input: string | URL | Request, init: RequestInit = {}): Promise<PlainRequest> {
  const { body = null, signal = null } = init;
  if (
    !(input instanceof Request) &&
    (body === null || typeof body === 'string' || body instanceof Uint8Array)
  ) {
    return {
      url: new URL(input),
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body,
      signal,
    };
  }
  // Forms, streams and ready-made requests: the standard's own class knows what they mean.
  const request = new Request(input, init);
  return {
    url: new URL(request.url),
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body: request.body ? new Uint8Array(await request.arrayBuffer()) : null,
    signal: request.signal,
  };
}

function toResponse({ statusCode, headers, body }: Dispatcher.ResponseData, host: string): Response {
  const responseHeaders = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) responseHeaders.append(name, item);
  }
  if (statusesWithoutBody.has(statusCode)) {
    void body.dump();
    return new Response(null, { status: statusCode, headers: responseHeaders });
  }
  const decoded = decodedStream(body, responseHeaders);
  return new Response(toWebStream(decoded, host), { status: statusCode, headers: responseHeaders });
}

function decodedStream(body: Readable, headers: Headers): Readable {
  const coding = headers.get('content-encoding')?.trim().toLowerCase();
  if (coding !== 'gzip' && coding !== 'br') return body;
  headers.delete('content-encoding');
  headers.delete('content-length');
  // The reader sees a failure as the decoder's; there is nothing left to do here.
  return pipeline(body, coding === 'gzip' ? createGunzip() : createBrotliDecompress(), () => {});
}

/** Pulls only when it is read, so that a slow reader slows the sender; closes the connection when it is cancelled. */
function toWebStream(body: Readable, host: string): ReadableStream<Uint8Array> {
  const chunks = body.iterator();
  let size = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) return controller.close();
        size += value.byteLength;
        if (size > maxBytes) {
          body.destroy();
          throw tooLarge(host, maxBytes);
        }
        controller.enqueue(value);
      },
      cancel() {
        body.on('error', () => {}).destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
