import type { ModelPrice } from '../../contracts/config.ts';
import type { ModelStatus } from '../../contracts/model-status.ts';
import type { Usage } from '../../contracts/usage.ts';
import { addTokens } from './spending.ts';

/** Answered calls whose time is kept. */
const callsKept = 200;

/** How an endpoint has done since the process began. */
export class EndpointRecord {
  readonly usage: Usage = { calls: 0, promptTokens: 0, completionTokens: 0 };
  lastError: ModelStatus['lastError'] = null;
  lastCheck: ModelStatus['lastCheck'] = null;
  readonly #price: ModelPrice | undefined;
  readonly #now: () => number;
  readonly #times: number[] = [];
  #answered = 0;
  #lastAnswer = 0;

  constructor(price: ModelPrice | undefined, now: () => number) {
    this.#price = price;
    this.#now = now;
  }

  answered(ms: number, tokens: { prompt: number; completion: number }): void {
    this.#lastAnswer = this.#now();
    this.#times[this.#answered % callsKept] = ms;
    this.#answered += 1;
    addTokens(this.usage, tokens, ms, this.#price);
  }

  failed(message: string): void {
    this.lastError = { at: this.#time(), message };
  }

  checked(ok: boolean, ms: number): void {
    this.lastCheck = { at: this.#time(), ok, ms };
  }

  /** Milliseconds since it last answered; infinite when it never did. */
  get silentMs(): number {
    return this.#lastAnswer === 0 ? Number.POSITIVE_INFINITY : this.#now() - this.#lastAnswer;
  }

  get latency(): ModelStatus['latency'] {
    if (this.#times.length === 0) return null;
    const sorted = [...this.#times].sort((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
    return { calls: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
