interface Waiter {
  admit(): void;
}

/** At most `limit` holders at a time; the rest wait in line, for a bounded time. */
export class ConcurrencyLimit {
  readonly #limit: number;
  readonly #line = new Set<Waiter>();
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many hold a place. */
  get held(): number {
    return this.#held;
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Takes a place, or gives up after `waitMs` with false. Rejects with the signal's reason when it is aborted.
   * Who got a place must `release` it once.
   */
  async acquire(waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#held < this.#limit) {
      this.#held += 1;
      return true;
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#line.delete(waiter);
      };
      const waiter: Waiter = {
        admit: () => {
          leave();
          resolve(true);
        },
      };
      const onAbort = () => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        leave();
        resolve(false);
      }, waitMs);
      signal.addEventListener('abort', onAbort);
      this.#line.add(waiter);
    });
  }

  release(): void {
    const [next] = this.#line;
    if (next) next.admit();
    else this.#held -= 1;
  }
}
