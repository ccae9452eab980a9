import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStore } from './object-store.ts';

const key = 'health/probe';

/** Whether a store can be written, found out by writing a few bytes now and then while somebody asks. */
export class WriteProbe {
  readonly #objects: Pick<ObjectStore, 'put'>;
  readonly #everyMs: number;
  readonly #limitMs: number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #isWritable = true;

  /** `everyMs`: how long an answer is good for; `limitMs`: a write that takes longer has failed. */
  constructor(objects: Pick<ObjectStore, 'put'>, { everyMs = 5_000, limitMs = 3_000 } = {}) {
    this.#objects = objects;
    this.#everyMs = everyMs;
    this.#limitMs = limitMs;
  }

  /** As of the last look; never waits. True until the first has shown otherwise. */
  isWritable(): boolean {
    if (!this.#isLooking && performance.now() - this.#lookedAt >= this.#everyMs) void this.#look();
    return this.#isWritable;
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const limit = new AbortController();
    const late = delay(this.#limitMs, false, { signal: limit.signal, ref: false }).catch(() => false);
    const written = this.#objects.put(key, Buffer.from('ok')).then(
      () => true,
      () => false,
    );
    this.#isWritable = await Promise.race([written, late]);
    limit.abort();
    this.#lookedAt = performance.now();
    this.#isLooking = false;
  }
}
