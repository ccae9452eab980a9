import { EgressError, type EgressRequest } from '../services/egress/index.ts';
import type { ChannelDependencies } from './channel.ts';
import { DeliveryError } from './delivery-error.ts';
import { retryAfterMs } from './retry-after.ts';

const timeoutMs = 10_000;
const maxBytes = 1_000_000;

export interface VendorCall extends Omit<EgressRequest, 'signal' | 'body'> {
  /** What the call is named in errors: the address may hold a secret. */
  name: string;
  url: string;
  /** Sent as JSON unless it is bytes already. */
  body?: unknown;
  /** The platform's own header for what `Retry-After` says. */
  waitHeader?: string;
  /** Where the body of a 429 says how long to wait: milliseconds. */
  waitIn?(body: unknown): number | undefined;
}

/** An answer that is neither 429 nor 5xx: what it means is for the channel to say. */
export interface VendorAnswer {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON; undefined where the body is none. */
  body: unknown;
}

/**
 * Calls a platform's API at an address of the configuration, within 10 s. Throws `DeliveryError` when nothing came
 * back (it may have arrived: ambiguous), for 429 with the wait that was asked for, and for 5xx.
 */
export async function callVendor(
  { name, url, body, headers = {}, waitHeader = 'retry-after', waitIn, ...rest }: VendorCall,
  { egress, signal, now }: ChannelDependencies,
): Promise<VendorAnswer> {
  const isJson = body !== undefined && !(body instanceof Uint8Array);
  const response = await egress
    .fetchTrusted(url, {
      method: body === undefined ? 'GET' : 'POST',
      timeoutMs,
      maxBytes,
      maxRedirects: 0,
      ...rest,
      headers: { ...(isJson ? { 'content-type': 'application/json; charset=utf-8' } : {}), ...headers },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
      ...(signal ? { signal } : {}),
    })
    .catch((error: unknown) => {
      throw error instanceof EgressError ? unanswered(name, error) : error;
    });
  if (response.status === 429 || response.status >= 500) {
    const wait = retryAfterMs(response.headers[waitHeader] ?? response.headers['retry-after'], now);
    throw busy(name, response.status, wait ?? waitIn?.(parsed(response.body)));
  }
  return { status: response.status, headers: response.headers, body: parsed(response.body) };
}

/**
 * An address of a vendor: `base` takes the place of scheme and host, its own path stays in front.
 * `path` begins with a slash.
 */
export function vendorUrl(base: string, path: string): string {
  return base.replace(/\/+$/, '') + path;
}

function unanswered(name: string, error: EgressError): DeliveryError {
  const retryable = error.type === 'Timeout' || error.type === 'Unreachable';
  return new DeliveryError(`${name} did not answer: ${error.message}`, { retryable, ambiguous: retryable });
}

function busy(name: string, status: number, wait: number | undefined): DeliveryError {
  return new DeliveryError(`${name} answered ${status}`, {
    retryable: true,
    ambiguous: status !== 429,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
