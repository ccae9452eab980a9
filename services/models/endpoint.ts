import type { OpenAI } from 'openai';
import type { ModelConfig } from '../../contracts/config.ts';
import { durationMs } from '../../contracts/duration.ts';
import type { Answer } from './answer.ts';
import { attempt, type Deadlines } from './attempt.ts';
import { AttemptFailure } from './attempt-failure.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { type ModelFetch, modelClient } from './model-client.ts';
import { type Refusable, refusedIn, type WireRequest, wireParams } from './wire-params.ts';

/** Longest wait for a place when an endpoint is at its concurrency limit. */
const queueWaitMs = 5_000;
/** Rest after a 429 that does not say how long. */
const defaultRestMs = 1_000;

export interface EndpointOptions {
  fetch: ModelFetch;
  /** What no error may quote: those of other endpoints too, where a proxy stands before several. */
  secrets: readonly string[];
  now?: () => number;
}

/** One configured model: its client, what it is known to refuse, and when it may be asked. */
export class Endpoint {
  readonly id: string;
  readonly contextTokens: number;
  readonly breaker: CircuitBreaker;
  readonly #model: string;
  readonly #client: OpenAI;
  readonly #deadlines: Deadlines;
  readonly #places: ConcurrencyLimit;
  readonly #secrets: readonly string[];
  readonly #now: () => number;
  #refused: ReadonlySet<Refusable> = new Set();
  #restUntil = 0;

  constructor(config: ModelConfig, { fetch, secrets, now = Date.now }: EndpointOptions) {
    this.id = config.id;
    this.contextTokens = config.contextTokens;
    this.#model = config.model;
    this.#secrets = secrets;
    this.#client = modelClient(config, fetch);
    this.#deadlines = {
      firstTokenMs: durationMs(config.timeouts.firstToken),
      totalMs: durationMs(config.timeouts.total),
    };
    this.#places = new ConcurrencyLimit(config.concurrency);
    this.#now = now;
    this.breaker = new CircuitBreaker(now);
  }

  /**
   * Asks this endpoint once; a parameter it refuses is left out and the question repeated. `onAttempt` is called before
   * each request goes out. Throws `AttemptFailure`, or the signal's reason.
   */
  async ask(request: WireRequest, signal: AbortSignal, onAttempt: () => void): Promise<Answer> {
    this.#refuseWhileResting();
    if (!(await this.#places.acquire(queueWaitMs, signal))) {
      throw new AttemptFailure('skipped', 'too many calls at once', { retryAfterMs: defaultRestMs });
    }
    try {
      this.#refuseWhileResting();
      if (!this.breaker.admit()) this.#skip(this.breaker.waitMs());
      const answer = await this.#negotiate(request, signal, onAttempt);
      this.breaker.succeeded();
      return answer;
    } catch (error) {
      throw this.#judge(error);
    } finally {
      this.#places.release();
    }
  }

  async #negotiate(request: WireRequest, signal: AbortSignal, onAttempt: () => void): Promise<Answer> {
    const refused = new Set(this.#refused);
    for (;;) {
      const params = wireParams(this.#model, request, refused);
      try {
        onAttempt();
        const answer = await attempt(this.#client, params, this.#deadlines, signal);
        // Remembered only now: a complaint proves nothing until leaving the parameter out has helped.
        if (refused.size > this.#refused.size) this.#refused = refused;
        return answer;
      } catch (error) {
        const complaint = error instanceof AttemptFailure ? error.facts.complaint : undefined;
        const culprit = complaint === undefined ? undefined : refusedIn(complaint, params);
        if (culprit === undefined || refused.has(culprit)) throw error;
        refused.add(culprit);
      }
    }
  }

  /** Draws the conclusions for later calls; returns what the caller is told. */
  #judge(error: unknown): unknown {
    if (!(error instanceof AttemptFailure)) {
      this.breaker.abandoned();
      return error;
    }
    const { kind, facts } = error;
    if (kind === 'skipped') return error;
    if (kind === 'unavailable') {
      const restMs = facts.retryAfterMs ?? (facts.status === 429 ? defaultRestMs : 0);
      this.#restUntil = Math.max(this.#restUntil, this.#now() + restMs);
      this.breaker.failed(facts.timedOut ? 2 : 1);
    } else {
      this.breaker.succeeded();
    }
    return this.#secrets.some((secret) => quotes(error.message, secret))
      ? new AttemptFailure(kind, 'an error that quotes a secret', facts)
      : error;
  }

  #refuseWhileResting(): void {
    const waitMs = Math.max(this.#restUntil - this.#now(), this.breaker.waitMs());
    if (waitMs > 0) this.#skip(waitMs);
  }

  #skip(retryAfterMs: number): never {
    throw new AttemptFailure('skipped', `resting for ${Math.ceil(retryAfterMs / 1_000)} s`, { retryAfterMs });
  }
}

/** Fewer characters of a secret at the end of a text are chance. */
const tellingCharacters = 6;

/** Whether a text holds a secret, or was cut in the middle of one. */
function quotes(text: string, secret: string): boolean {
  if (text.includes(secret)) return true;
  for (let length = secret.length - 1; length >= tellingCharacters; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return true;
  }
  return false;
}
