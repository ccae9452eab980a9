import type { OpenAI } from 'openai';
import type { ModelConfig, ModelPrice } from '../../contracts/config.ts';
import { durationMs } from '../../contracts/duration.ts';
import { modelPresets } from '../../contracts/model-preset.ts';
import type { ModelQuirk } from '../../contracts/model-quirk.ts';
import type { ModelStatus, ModelTest } from '../../contracts/model-status.ts';
import type { Answer } from './answer.ts';
import { afterwordMs, attempt, type Deadlines } from './attempt.ts';
import { AttemptFailure, failureOf, saysItIsGone } from './attempt-failure.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { EndpointRecord } from './endpoint-record.ts';
import { listModels } from './list-models.ts';
import { endpointOf, type ModelFetch, modelClient } from './model-client.ts';
import { RateLimit } from './rate-limit.ts';
import { inPlainWords, missingFrom } from './remedy.ts';
import { quotes } from './secret-quote.ts';
import { quirkIn, type WireRequest, wireParams } from './wire-params.ts';

/** Longest wait for a place when an endpoint is at its concurrency limit. */
const queueWaitMs = 5_000;
/** Longest wait for a turn at its rate limit. */
const turnWaitMs = 1_000;
/** Rest after a 429 that does not say how long. */
const defaultRestMs = 1_000;
/** What follows an answer is not waited for where it never came. */
const knownAfterwordMs = 50;

export interface EndpointOptions {
  fetch: ModelFetch;
  /** What no error may quote: those of other endpoints too, where a proxy stands before several. */
  secrets: readonly string[];
  now?: () => number;
}

/** One configured model: its client, what is known of it, and when it may be asked. */
export class Endpoint {
  readonly id: string;
  readonly contextTokens: number;
  readonly price: ModelPrice | undefined;
  readonly breaker: CircuitBreaker;
  readonly record: EndpointRecord;
  readonly #config: ModelConfig;
  readonly #client: OpenAI;
  readonly #deadlines: Deadlines;
  readonly #places: ConcurrencyLimit;
  readonly #rate: RateLimit;
  readonly #secrets: readonly string[];
  readonly #now: () => number;
  #quirks: ReadonlySet<ModelQuirk>;
  #restUntil = 0;

  constructor(config: ModelConfig, { fetch, secrets, now = Date.now }: EndpointOptions) {
    this.id = config.id;
    this.contextTokens = config.contextTokens;
    this.price = config.price;
    this.#config = config;
    this.#secrets = secrets;
    this.#client = modelClient(config, fetch);
    this.#deadlines = {
      firstTokenMs: durationMs(config.timeouts.firstToken),
      totalMs: durationMs(config.timeouts.total),
    };
    this.#places = new ConcurrencyLimit(config.concurrency);
    this.#rate = new RateLimit(config.ratePerMinute, now);
    this.#quirks = new Set(config.preset ? modelPresets[config.preset].quirks : []);
    this.#now = now;
    this.breaker = new CircuitBreaker(now);
    this.record = new EndpointRecord(config.price, now);
  }

  /**
   * Asks this endpoint once; what it refuses to be asked is left out and the question repeated. `onAttempt` is called
   * before each request goes out. Throws `AttemptFailure`, or the signal's reason.
   */
  async ask(
    request: WireRequest,
    signal: AbortSignal,
    onAttempt: () => void,
  ): Promise<Answer & { firstTokenMs: number }> {
    this.#refuseWhileResting();
    if (!(await this.#places.acquire(queueWaitMs, signal))) {
      throw new AttemptFailure('skipped', 'too many calls at once', { retryAfterMs: defaultRestMs });
    }
    try {
      const missingMs = await this.#rate.enter(turnWaitMs, signal);
      if (missingMs > 0) {
        throw new AttemptFailure('skipped', 'too many calls a minute', { retryAfterMs: missingMs });
      }
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

  /** Asks which models it has, and lets the breaker know what that tells. Never throws. */
  async check(): Promise<ModelTest> {
    const startedAt = performance.now();
    const found = await listModels(this.#client, this.#deadlines.firstTokenMs).then(
      (models) => ({ models, ...missingFrom(models, this.#config.model) }),
      (error: unknown) => {
        const failure = this.#withoutSecrets(failureOf(error));
        if (saysItIsGone(failure)) this.breaker.failed(2);
        this.record.failed(failure.message);
        return { models: null, ...inPlainWords(failure) };
      },
    );
    const ms = Math.round(performance.now() - startedAt);
    const ok = found.problem === null;
    if (ok) this.breaker.hurry();
    this.record.checked(ok, ms);
    return { id: this.id, ok, ms, ...found };
  }

  status(): ModelStatus {
    const { id, record, breaker } = this;
    const { model, preset = null } = this.#config;
    return {
      ...{ id, model, endpoint: endpointOf(this.#config), preset },
      breaker: breaker.state,
      restsMs: Math.max(0, this.#restUntil - this.#now(), breaker.waitMs()),
      quirks: [...this.#quirks],
      inFlight: this.#places.held,
      waiting: this.#places.waiting,
      lastError: record.lastError,
      lastCheck: record.lastCheck,
      latency: record.latency,
      usage: record.usage,
    };
  }

  async #negotiate(request: WireRequest, signal: AbortSignal, onAttempt: () => void) {
    const quirks = new Set(this.#quirks);
    const tools = new Set(request.tools?.map(({ name }) => name));
    for (;;) {
      const params = wireParams(this.#config.model, request, quirks);
      try {
        onAttempt();
        const answer = await attempt(this.#client, {
          ...{ params, tools, signal, deadlines: this.#deadlines },
          afterwordMs: quirks.has('staysOpen') ? knownAfterwordMs : afterwordMs,
        });
        // Remembered only now: a complaint proves nothing until asking differently has helped.
        this.#remember([...quirks, ...answer.quirks]);
        return answer;
      } catch (error) {
        const complaint = error instanceof AttemptFailure ? error.facts.complaint : undefined;
        const quirk = complaint === undefined ? undefined : quirkIn(complaint, params);
        if (quirk === undefined || quirks.has(quirk)) throw error;
        quirks.add(quirk);
      }
    }
  }

  #remember(quirks: ModelQuirk[]): void {
    if (quirks.some((quirk) => !this.#quirks.has(quirk)))
      this.#quirks = new Set([...this.#quirks, ...quirks]);
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
    const told = this.#withoutSecrets(error);
    this.record.failed(told.message);
    return told;
  }

  #withoutSecrets(failure: AttemptFailure): AttemptFailure {
    return this.#secrets.some((secret) => quotes(failure.message, secret))
      ? new AttemptFailure(failure.kind, 'an error that quotes a secret', failure.facts)
      : failure;
  }

  #refuseWhileResting(): void {
    const waitMs = Math.max(this.#restUntil - this.#now(), this.breaker.waitMs());
    if (waitMs > 0) this.#skip(waitMs);
  }

  #skip(retryAfterMs: number): never {
    throw new AttemptFailure('skipped', `resting for ${Math.ceil(retryAfterMs / 1_000)} s`, { retryAfterMs });
  }
}
