import { setTimeout as sleep } from 'node:timers/promises';
import type { ToolCall } from '../../contracts/chat.ts';
import type { Usage } from '../../contracts/usage.ts';
import { estimateTokens } from '../memory/index.ts';
import type { Answer } from './answer.ts';
import { AttemptFailure } from './attempt-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { ModelError } from './model-error.ts';
import { addTokens, costOf, type Tokens } from './spending.ts';
import type { WireRequest } from './wire-params.ts';

/** While every endpoint only rests, a call waits this long for one of them before it gives up. */
const patienceMs = 10_000;

/** What an endpoint answered, and what it took. */
export interface Answered extends Answer {
  /** Id of the endpoint. */
  model: string;
  ms: number;
  firstTokenMs: number;
  tokens: Tokens;
  cost?: Usage['cost'];
}

/** Told about every try of an endpoint. */
export interface FailoverObserver {
  answered(answer: Answered): void;
  failed(model: string, ms: number, failure: AttemptFailure): void;
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
): Promise<Answered> {
  const patientUntil = Date.now() + patienceMs;
  for (;;) {
    const failures: [string, AttemptFailure][] = [];
    for (const endpoint of endpoints) {
      const startedAt = performance.now();
      try {
        const answer = await endpoint.ask(request, signal, () => {
          usage.calls += 1;
          endpoint.record.usage.calls += 1;
        });
        const ms = performance.now() - startedAt;
        const tokens = answer.tokens ?? estimate(request, answer);
        addTokens(usage, tokens, ms, endpoint.price);
        endpoint.record.answered(ms, tokens);
        const answered = { ...answer, model: endpoint.id, ms, tokens, cost: costOf(tokens, endpoint.price) };
        observer.answered(answered);
        return answered;
      } catch (error) {
        if (!(error instanceof AttemptFailure)) throw error;
        observer.failed(endpoint.id, performance.now() - startedAt, error);
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

function estimate({ messages, tools = [] }: WireRequest, { text, toolCalls }: Answer): Tokens {
  const said = messages.reduce((sum, message) => sum + estimateTokens(message.content) + 4, 0);
  const called = messages.flatMap((message) =>
    message.role === 'assistant' ? (message.toolCalls ?? []) : [],
  );
  const told = tools.length > 0 ? estimateTokens(JSON.stringify(tools)) : 0;
  return {
    prompt: said + told + written(called),
    completion: estimateTokens(text) + written(toolCalls),
  };
}

function written(calls: readonly ToolCall[]): number {
  return calls.reduce((sum, call) => sum + estimateTokens(`${call.name}${call.written}`) + 4, 0);
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
