/** How often is looked whether the thread answers, ms, and how many times in a row it may not have. */
const everyMs = 5_000;
const patience = 4;

/** Notices that a thread which was asked something answers nobody any more. Looks, not time, are counted: a machine that slept proves nothing. */
export class ThreadWatch {
  readonly #timer: NodeJS.Timeout;
  #open = 0;
  #answered = false;
  #silent = 0;

  constructor(onStandstill: () => void, ms = everyMs) {
    this.#timer = setInterval(() => {
      this.#silent = this.#open > 0 && !this.#answered ? this.#silent + 1 : 0;
      this.#answered = false;
      if (this.#silent < patience) return;
      this.end();
      onStandstill();
    }, ms).unref();
  }

  /** Watches until the thread has answered. */
  async over<T>(answer: Promise<T>): Promise<T> {
    this.#open += 1;
    try {
      return await answer;
    } finally {
      this.#open -= 1;
      this.#answered = true;
    }
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
