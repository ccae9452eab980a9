import { setTimeout as sleep } from 'node:timers/promises';
import { type Rate, TokenBuckets } from '../rates/index.ts';

/** At most so many calls in any minute, the first tenth of them at once. */
export class RateLimit {
  readonly #buckets = new TokenBuckets();
  readonly #rate: Rate | undefined;
  readonly #now: () => number;

  /** Without a number there is no limit. */
  constructor(perMinute: number | undefined, now: () => number) {
    this.#now = now;
    if (perMinute === undefined) return;
    const capacity = Math.ceil(perMinute / 10);
    this.#rate = { capacity, perMinute: perMinute - capacity + 1 };
  }

  /**
   * Takes a call's turn, waiting for it at most `longestMs`. Returns 0, or the milliseconds that are still missing then.
   * Rejects with the signal's reason when it is aborted.
   */
  async enter(longestMs: number, signal: AbortSignal): Promise<number> {
    if (!this.#rate) return 0;
    const until = this.#now() + longestMs;
    for (;;) {
      const waitMs = this.#buckets.take('calls', this.#rate, this.#now());
      if (waitMs === 0) return 0;
      if (this.#now() + waitMs > until) return waitMs;
      await sleep(waitMs, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}
