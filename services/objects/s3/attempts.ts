import { setTimeout as delay } from 'node:timers/promises';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { ObjectStoreUnavailable } from '../errors.ts';

/** Slowest transfer that is waited for, in bytes per millisecond. */
const slowestTransfer = 4_000;

/** Errors of the callback itself, credentials that are not to be had among them, do not get better by repeating. */
const ownErrors = [
  'CredentialsProviderError',
  'ObjectStoreUnavailable',
  'ObjectTooLarge',
  'PreconditionFailed',
  'TypeError',
];

export interface AttemptLimits {
  attempts: number;
  /** Of one attempt, beside the time its bytes take. */
  timeoutMs: number;
  /** Before the second attempt, on average; four times as long before the third. */
  backoffMs: number;
}

export const defaultLimits: AttemptLimits = { attempts: 3, timeoutMs: 4_000, backoffMs: 50 };

export interface Attempt {
  signal: AbortSignal;
  /** Gives the attempt time for that many bytes from now on. */
  allow(bytes: number): void;
  /** An attempt before this one may have had its effect although its answer was lost. */
  uncertain: boolean;
}

/**
 * Runs a request a few times, each bounded by seconds and the time its bytes take. Server faults, throttling
 * and lost connections are tried again; refusals are thrown as they are for the caller to judge.
 * Throws `ObjectStoreUnavailable` when no attempt got an answer.
 */
export async function attempt<T>(
  operation: string,
  request: (attempt: Attempt) => Promise<T>,
  limits: AttemptLimits,
): Promise<T> {
  let uncertain = false;
  for (let number = 1; ; number += 1) {
    const controller = new AbortController();
    const expire = () => controller.abort();
    let timer = setTimeout(expire, limits.timeoutMs);
    const allow = (bytes: number) => {
      clearTimeout(timer);
      timer = setTimeout(expire, limits.timeoutMs + bytes / slowestTransfer);
    };
    try {
      return await request({ signal: controller.signal, allow, uncertain });
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (number === limits.attempts) throw unavailable(operation, error);
      uncertain ||= (statusOf(error) ?? 500) >= 500;
    } finally {
      clearTimeout(timer);
    }
    await delay(limits.backoffMs * 4 ** (number - 1) * (0.5 + Math.random()));
  }
}

/** HTTP status of a refusal by the server; undefined for everything else. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** The server says that there is no such object or configuration, but that there is the bucket. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && error instanceof Error && error.name !== 'NoSuchBucket';
}

/** What the caller is told: the operation and the server's own name for the fault, nothing of the request. */
export function unavailable(operation: string, error: unknown): ObjectStoreUnavailable {
  const status = statusOf(error);
  const reason = error instanceof Error ? error.name : 'unknown error';
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
  return new ObjectStoreUnavailable(
    `S3 ${operation} failed: ${reason}${code}${status ? ` (HTTP ${status})` : ''}`,
  );
}

/** 409: a rival conditional write was under way; S3 asks to try again. */
function isTransient(error: unknown): boolean {
  if (error instanceof Error && ownErrors.includes(error.name)) return false;
  const status = statusOf(error);
  return status === undefined || status >= 500 || [408, 409, 429].includes(status);
}
