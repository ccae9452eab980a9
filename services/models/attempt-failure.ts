import { APIConnectionError, APIError } from 'openai';

/**
 * - `unavailable`: the endpoint may answer later; the next one is asked at once.
 * - `rejected`: this endpoint will not take this request; the next one may.
 * - `tooLarge`: the answer is over the limit; no other endpoint is asked.
 * - `skipped`: nothing was sent, because the endpoint is resting or full.
 */
export type FailureKind = 'unavailable' | 'rejected' | 'tooLarge' | 'skipped';

interface FailureFacts {
  timedOut?: boolean;
  status?: number;
  retryAfterMs?: number;
  /** The system's or TLS's code, such as `ECONNREFUSED`. */
  code?: string;
  /** The request parameter a vendor complains about, or all it says. */
  complaint?: string;
}

/** One attempt at one endpoint did not give an answer. */
export class AttemptFailure extends Error {
  readonly kind: FailureKind;
  readonly facts: FailureFacts;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}) {
    super(message);
    this.name = 'AttemptFailure';
    this.kind = kind;
    this.facts = facts;
  }
}

/** Whether nobody is there, or it is in trouble; a server that only refuses this may answer other things all the same. */
export function saysItIsGone({ kind, facts: { status = 500 } }: AttemptFailure): boolean {
  return kind === 'unavailable' && status >= 500;
}

/** A `Retry-After` of an hour is believed, one of a year is not. */
const longestRetryAfterMs = 3_600_000;

/** What an error of the `openai` client, or of reading its answer, means for the endpoint. */
export function failureOf(error: unknown): AttemptFailure {
  if (error instanceof AttemptFailure) return error;
  if (error instanceof APIError && error.status !== undefined) return statusFailure(error.status, error);
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    return new AttemptFailure('unavailable', `error in the stream: ${oneLine(error.message)}`);
  }
  const cause = causeOf(error);
  return new AttemptFailure('unavailable', `connection failed: ${cause}`, {
    timedOut: cause.endsWith('TIMEOUT'),
    code: cause,
  });
}

function statusFailure(status: number, error: APIError): AttemptFailure {
  const retryAfterMs = retryAfter(error.headers);
  // The client's message begins with the status.
  const message = `HTTP ${oneLine(error.message)}`;
  if (status === 401 || status === 403) {
    // What vendors say here quotes parts of the key.
    return new AttemptFailure('rejected', `HTTP ${status} the key was refused`, { status });
  }
  const passing = status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
  if (passing && error.code !== 'insufficient_quota') {
    return new AttemptFailure('unavailable', message, {
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  const complains = status === 400 || status === 422;
  const complaint = `${error.param ?? ''} ${error.message}`;
  return new AttemptFailure('rejected', message, { status, ...(complains && { complaint }) });
}

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when absent. */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | undefined {
  const value = headers?.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d{1,9}(\.\d{1,9})?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}

function causeOf(error: unknown): string {
  let cause = error;
  for (let depth = 0; depth < 4 && cause instanceof Error; depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (!(cause.cause instanceof Error)) return oneLine(cause.message);
    cause = cause.cause;
  }
  return 'unknown cause';
}

function oneLine(text: string): string {
  return text.slice(0, 1_000).replace(/\s+/g, ' ').trim().slice(0, 300);
}
