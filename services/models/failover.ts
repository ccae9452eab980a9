import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../../contracts/usage.ts';
import { estimateTokens } from '../memory/index.ts';
import type { Answer } from './answer.ts';
import { AttemptFailure } from './attempt-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { ModelError } from './model-error.ts';
import type { WireRequest } from './wire-params.ts';

/** While every endpoint only rests, a call waits this long for one of them before it gives up. */
const patienceMs = 10_000;

/** Told about every try of an endpoint. */
export interface FailoverObserver {
  answered(model: string, seconds: number, tokens: { prompt: number; completion: number }): void;
  failed(model: string, seconds: number, failure: AttemptFailure): void;
}

/**
 * Asks the endpoints in order until one answers. What the attempts cost is added to `usage`. Throws `ModelError` when
 * none did, or the signal's reason.
 */
export async function askInOrder(
  endpoints: readonly Endpoint[],
  request: WireRequest,
  signal: AbortSignal,
  usage: Usage,
  observer: FailoverObserver,
): Promise<{ text: string; model: string }> {
  const patientUntil = Date.now() + patienceMs;
  for (;;) {
    const failures: [string, AttemptFailure][] = [];
    for (const endpoint of endpoints) {
      const startedAt = performance.now();
      const seconds = () => (performance.now() - startedAt) / 1_000;
      try {
        const answer = await endpoint.ask(request, signal, () => {
          usage.calls += 1;
        });
        const tokens = answer.tokens ?? estimate(request, answer);
        usage.promptTokens += tokens.prompt;
        usage.completionTokens += tokens.completion;
        observer.answered(endpoint.id, seconds(), tokens);
        return { text: answer.text, model: endpoint.id };
      } catch (error) {
        if (!(error instanceof AttemptFailure)) throw error;
        observer.failed(endpoint.id, seconds(), error);
        if (error.kind === 'tooLarge') {
          throw new ModelError('ModelOutputInvalid', `${endpoint.id}: ${error.message}`, usage);
        }
        failures.push([endpoint.id, error]);
      }
    }
    const restMs = failures.every(([, { kind }]) => kind === 'skipped') ? soonest(failures) : undefined;
    if (restMs === undefined || Date.now() + restMs > patientUntil) throw modelErrorOf(failures, usage);
    await rest(restMs, signal);
  }
}

/** Rejected only when every endpoint rejected: as long as one may recover, asking again can help. */
function modelErrorOf(failures: [string, AttemptFailure][], usage: Usage): ModelError {
  if (failures.length === 0) return new ModelError('ModelRejected', 'no model is configured', usage);
  const message = failures.map(([id, failure]) => `${id}: ${failure.message}`).join('; ');
  if (failures.every(([, { kind }]) => kind === 'rejected'))
    return new ModelError('ModelRejected', message, usage);
  return new ModelError('ModelUnavailable', message, usage, soonest(failures));
}

/** The shortest time any of those that may recover asked for. */
function soonest(failures: [string, AttemptFailure][]): number | undefined {
  const waits = failures
    .filter(([, { kind }]) => kind !== 'rejected')
    .map(([, { facts }]) => facts.retryAfterMs)
    .filter((wait) => wait !== undefined);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}

function estimate(request: WireRequest, answer: Answer): { prompt: number; completion: number } {
  const prompt = request.messages.reduce((sum, { content }) => sum + estimateTokens(content) + 4, 0);
  return { prompt, completion: estimateTokens(answer.text) };
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
