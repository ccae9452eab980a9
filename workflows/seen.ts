import type { SeenBucket } from '../contracts/memory.ts';

/** Vendors redeliver for up to 8 h; a bucket is an hour, so 9 of them cover it at any minute. */
const hoursKept = 9;
/** Characters of a run id, itself a hash of account and message id: 50 bits. */
const width = 10;
const hourMs = 3_600_000;

/** Which messages a conversation has taken, by hour. */
export class Seen {
  private readonly hours = new Map<number, Set<string>>();

  constructor(buckets: SeenBucket[]) {
    for (const { hour, hashes } of buckets) {
      const known = this.hours.get(hour) ?? new Set<string>();
      for (let at = 0; at < hashes.length; at += width) known.add(hashes.slice(at, at + width));
      this.hours.set(hour, known);
    }
  }

  /** True when the message is new; it counts as seen from now on. `now` in epoch milliseconds. */
  add(runId: string, now: number): boolean {
    const hash = runId.slice(0, width);
    const hour = Math.floor(now / hourMs);
    for (const [old, known] of this.hours) {
      if (old <= hour - hoursKept) this.hours.delete(old);
      else if (known.has(hash)) return false;
    }
    const bucket = this.hours.get(hour) ?? new Set();
    this.hours.set(hour, bucket.add(hash));
    return true;
  }

  has(runId: string): boolean {
    return [...this.hours.values()].some((known) => known.has(runId.slice(0, width)));
  }

  buckets(): SeenBucket[] {
    return [...this.hours].map(([hour, known]) => ({ hour, hashes: [...known].join('') }));
  }
}
