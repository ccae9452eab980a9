/** After this much trouble in a row the circuit opens: a failed call weighs 1, one that ran into a deadline 2. */
const threshold = 5;
const firstOpenMs = 1_000;
const longestOpenMs = 30_000;

/**
 * Keeps calls from an endpoint that fails, for a time that doubles while it goes on failing. When the time is up one
 * call alone is let through as a probe: its success closes the circuit, its failure opens it again.
 */
export class CircuitBreaker {
  readonly #now: () => number;
  #trouble = 0;
  #timesOpened = 0;
  #openUntil = 0;
  #probing = false;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#timesOpened === 0) return 'closed';
    return this.#probing || this.#now() >= this.#openUntil ? 'half-open' : 'open';
  }

  /** Milliseconds until a call may be let through; 0 when one may now. */
  waitMs(): number {
    if (this.#timesOpened === 0) return 0;
    return this.#probing ? firstOpenMs : Math.max(0, this.#openUntil - this.#now());
  }

  /** True when the call may go out; it must then be followed by exactly one of the three below. */
  admit(): boolean {
    if (this.waitMs() > 0) return false;
    if (this.#timesOpened > 0) this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#trouble = 0;
    this.#timesOpened = 0;
    this.#probing = false;
  }

  failed(weight = 1): void {
    this.#trouble += weight;
    if (this.state === 'open') return;
    if (!this.#probing && this.#trouble < threshold) return;
    this.#openUntil = this.#now() + Math.min(firstOpenMs * 2 ** this.#timesOpened, longestOpenMs);
    this.#timesOpened += 1;
    this.#probing = false;
  }

  /** The endpoint seems well again: the next call may be the probe. */
  hurry(): void {
    this.#openUntil = Math.min(this.#openUntil, this.#now());
  }

  /** The call ended without saying anything about the endpoint, for example because its caller gave up. */
  abandoned(): void {
    this.#probing = false;
  }
}
