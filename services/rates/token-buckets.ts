/** How fast tokens come back, and how many there are at most. */
export interface Rate {
  /** Largest burst, in tokens. */
  capacity: number;
  perMinute: number;
}

interface Bucket {
  tokens: number;
  /** Epoch milliseconds of the last refill. */
  at: number;
}

/**
 * Token buckets by key, in bounded memory: above `maximumKeys` the one unused for longest is dropped, which has
 * refilled by then unless more senders than that are active at once.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #maximumKeys: number;

  constructor(maximumKeys = 50_000) {
    this.#maximumKeys = maximumKeys;
  }

  /** Takes one token. Returns 0, or the milliseconds until there is one. */
  take(key: string, rate: Rate, now: number): number {
    const bucket = this.#refilled(key, rate, now);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60_000) / rate.perMinute);
    bucket.tokens -= 1;
    return 0;
  }

  /** The milliseconds until there is a token, 0 when there is one; takes none. */
  waitFor(key: string, rate: Rate, now: number): number {
    const bucket = this.#buckets.get(key);
    if (!bucket) return 0;
    const tokens = bucket.tokens + (Math.max(0, now - bucket.at) * rate.perMinute) / 60_000;
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 60_000) / rate.perMinute);
  }

  /** Puts a token back that bought nothing. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.tokens += 1;
  }

  #refilled(key: string, rate: Rate, now: number): Bucket {
    const known = this.#buckets.get(key);
    const bucket = known ?? { tokens: rate.capacity, at: now };
    if (known) {
      const gained = (Math.max(0, now - known.at) * rate.perMinute) / 60_000;
      known.tokens = Math.min(rate.capacity, known.tokens + gained);
      known.at = now;
      this.#buckets.delete(key);
    }
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maximumKeys) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket;
  }
}
