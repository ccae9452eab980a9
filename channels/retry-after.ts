/** Nobody is made to wait longer than this, whatever a header says. */
const longestWaitMs = 3_600_000;

/** Milliseconds to wait by a `Retry-After` header, seconds or an HTTP date (RFC 9110); undefined when it says nothing. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), longestWaitMs);
}
