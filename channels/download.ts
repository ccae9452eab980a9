import { EgressError, type EgressResponse } from '../services/egress/index.ts';
import { ObjectTooLarge } from '../services/objects/index.ts';
import type { ChannelDependencies } from './channel.ts';
import { DeliveryError } from './delivery-error.ts';

const timeoutMs = 60_000;

export interface Download {
  /** What it is in errors: its address may hold a token. */
  name: string;
  url: string;
  headers?: Record<string, string>;
  maxBytes: number;
  /** The address is of the configuration, not of a message. */
  trusted?: true;
}

/** Fetches a file, whatever its status. Throws `DeliveryError`, `ObjectTooLarge`. */
export async function download(
  { name, url, headers = {}, maxBytes, trusted }: Download,
  { egress, signal }: ChannelDependencies,
): Promise<EgressResponse> {
  const request = { headers, timeoutMs, maxBytes, ...(signal ? { signal } : {}) };
  try {
    return trusted
      ? await egress.fetchTrusted(url, { ...request, maxRedirects: 0 })
      : await egress.fetch(url, request);
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    if (error.type === 'TooLarge') throw new ObjectTooLarge(name, maxBytes + 1, maxBytes);
    throw new DeliveryError(`${name}: ${error.message}`, { retryable: error.type !== 'EgressRefused' });
  }
}
