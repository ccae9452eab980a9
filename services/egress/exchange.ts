import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { tooLarge } from './decode.ts';
import { EgressError } from './egress-error.ts';

export interface ExchangeRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
  /** Of the body as it comes over the wire; the connection is closed at the first byte above. */
  maxBytes: number;
  signal: AbortSignal;
}

export interface ExchangeResponse {
  status: number;
  headers: Record<string, string>;
  /** Settles when the last byte is in; a failure nobody waits for is no unhandled rejection. */
  body: Promise<Uint8Array>;
}

/**
 * One request and its response, without redirects. Resolves with the head of the response.
 * Rejects, head or body, with `EgressError`, or with the reason of `signal`.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<ExchangeResponse> {
  const { url, method, headers, body, maxBytes, signal } = request;
  return new Promise((resolveHead, rejectHead) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let controller: Dispatcher.DispatchController | undefined;
    let failure: Error | undefined;
    let resolveBody: (body: Uint8Array) => void = () => {};
    let rejectBody: (reason: Error) => void = () => {};

    function fail(reason: Error): void {
      if (failure) return;
      failure = reason;
      signal.removeEventListener('abort', onAbort);
      controller?.abort(reason);
      rejectHead(reason);
      rejectBody(reason);
    }
    function onAbort(): void {
      const { reason } = signal;
      fail(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
    }
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    if (failure) return;

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        // It was given up while it waited for a connection.
        if (failure) started.abort(failure);
      },
      onResponseStart(_, status, rawHeaders) {
        if (status < 200) return;
        const responseBody = new Promise<Uint8Array>((resolve, reject) => {
          resolveBody = resolve;
          rejectBody = reject;
        });
        responseBody.catch(() => {});
        resolveHead({ status, headers: flatten(rawHeaders), body: responseBody });
      },
      onResponseData(_, chunk) {
        size += chunk.byteLength;
        if (size > maxBytes) fail(tooLarge(url.host, maxBytes));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        signal.removeEventListener('abort', onAbort);
        const [only] = chunks;
        resolveBody(chunks.length === 1 && only ? only : Buffer.concat(chunks, size));
      },
      onResponseError(_, error) {
        fail(toEgressError(error, url.host));
      },
    };
    try {
      dispatcher.dispatch(
        { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
        handler,
      );
    } catch (error) {
      fail(toEgressError(error, url.host));
    }
  });
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}

/** Names what went wrong by its code alone: messages of lower layers may quote what was sent. */
function toEgressError(error: unknown, host: string): EgressError {
  if (error instanceof EgressError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  if (code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT') {
    return new EgressError('Timeout', `${host} did not take the connection in time`);
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return new EgressError('EgressRefused', `the request to ${host} has an invalid method or header`);
  }
  return new EgressError('Unreachable', `${host} cannot be reached or broke off (${code})`);
}
