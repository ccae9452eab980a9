import type { Endpoint } from './endpoint.ts';

/** How often endpoints that nobody asks are looked after. */
const everyMs = 30_000;

/**
 * Asks endpoints that have been silent, or are left alone by their breaker, for their list of models now and then:
 * trouble is known before a person meets it, and so is its end. Returns what stops it.
 */
export function watchEndpoints(endpoints: readonly Endpoint[]): () => void {
  const look = (): void => {
    for (const endpoint of endpoints) {
      const { breaker, record } = endpoint;
      if (breaker.state !== 'closed' || record.silentMs >= everyMs) void endpoint.check();
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
