import { ApplicationFailure, Context } from '@temporalio/activity';
import { z } from 'zod';
import type { NodeInput, NodeResult } from '../../contracts/activities.ts';
import type { ErrorType } from '../../contracts/errors.ts';
import { flowLimits } from '../../contracts/flow-limits.ts';
import type { Json } from '../../contracts/json.ts';
import type { Usage } from '../../contracts/usage.ts';
import { userMessageOf } from '../../contracts/user-messages.ts';
import { addUsage } from '../../engine/usage.ts';
import { failureOf } from '../failure.ts';
import { type CheckedNodeInput, earlierAttempts, nodeInput } from './node-input.ts';
import { mayRetry } from './retry-condition.ts';

/**
 * Calls that last longer than this say as often that they live, and learn by it that they are cancelled: a second late
 * on average. Each time costs some 2 ms of CPU, server and worker together.
 */
const heartbeatEveryMs = 2_000;
/** Who asks for a longer pause than this is not asked again: a person is waiting. */
const longestPauseMs = 60_000;

/** The part of a logger that is used here. */
export interface NodeLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A kind's work on checked input. Errors with a `type` of contracts keep it; a `usage` on them is counted. */
export interface NodeWork<Config> {
  kind: string;
  config: z.ZodType<Config>;
  work(call: NodeCall<Config>): Promise<{ output: Json; usage?: Usage }>;
}

export interface NodeCall<Config> {
  input: CheckedNodeInput;
  config: Config;
  /** Aborted when the node is cancelled, or just before Temporal would time it out. */
  signal: AbortSignal;
  /** Of this attempt, as far as Temporal allows. */
  timeoutMs: number;
}

/** A node used up the time of one attempt. */
class NodeTimeout extends Error {
  readonly type: ErrorType = 'Timeout';
}

/** Something that came in is not what it has to be. */
class InvalidInput extends Error {
  readonly type: ErrorType = 'InvalidInput';
}

/** The one frame of every node's activity: checks, time, heartbeats, and failures as workflows understand them. */
export function createNodeActivity<Config>(
  { kind, config: configSchema, work }: NodeWork<Config>,
  logger: NodeLogger,
): (input: NodeInput) => Promise<NodeResult> {
  return async (raw) => {
    const context = Context.current();
    const { attempt, startToCloseTimeoutMs, heartbeatDetails } = context.info;
    const before = earlierAttempts.safeParse(heartbeatDetails).data;
    const fields = {
      runId: raw.run?.runId,
      traceId: raw.run?.traceId,
      task: raw.task,
      kind,
      attempt,
    };
    const beat = setInterval(() => context.heartbeat(before), heartbeatEveryMs);
    const timeoutMs = startToCloseTimeoutMs - Math.min(1_000, startToCloseTimeoutMs / 10);
    const time = timeLimit(context.cancellationSignal, timeoutMs);
    const startedAt = performance.now();
    try {
      const input = checked(nodeInput, raw, 'input');
      const config = checked(configSchema, input.config, 'config');
      const { output, usage } = await work({ input, config, signal: time.signal, timeoutMs });
      if (Buffer.byteLength(JSON.stringify(output)) > flowLimits.nodeOutputBytes) {
        throw ApplicationFailure.nonRetryable(
          `the output is larger than ${flowLimits.nodeOutputBytes} bytes`,
          'RunLimit',
        );
      }
      const total = inAll(before, usage, attempt);
      const ms = elapsed(startedAt);
      logger.info({ ...fields, ...total, ms }, 'node done');
      return { output, attempts: attempt, ...(total && { usage: total }), ms };
    } catch (thrown) {
      // Rejects with the cancellation as Temporal wants to see it.
      if (context.cancellationSignal.aborted) await context.cancelled;
      const usage = inAll(before, usageOf(thrown), attempt);
      const failure = nodeFailure(thrown, raw, {
        attempts: attempt,
        ms: elapsed(startedAt),
        ...(usage && { usage }),
      });
      if (!failure.nonRetryable && usage) context.heartbeat({ usage, attempt });
      logger.warn({ ...fields, ms: elapsed(startedAt), type: failure.type, err: thrown }, 'node failed');
      throw failure;
    } finally {
      clearInterval(beat);
      time.end();
    }
  };
}

function timeLimit(cancellation: AbortSignal, ms: number): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const onCancel = () => controller.abort(cancellation.reason);
  const timer = setTimeout(() => controller.abort(new NodeTimeout(`no result within ${ms} ms`)), ms);
  if (cancellation.aborted) onCancel();
  cancellation.addEventListener('abort', onCancel, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      cancellation.removeEventListener('abort', onCancel);
    },
  };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(`${what}: ${z.prettifyError(parsed.error).slice(0, 1_000)}`);
}

/** A failure with what its attempts cost; `retry.when` and a pause too long end the retries. */
function nodeFailure(
  thrown: unknown,
  input: NodeInput,
  spent: { attempts: number; ms: number; usage?: Usage },
): ApplicationFailure {
  let failure = failureOf(thrown, 'Internal');
  const { when } = input.retry ?? {};
  if (when !== undefined && !failure.nonRetryable) {
    try {
      const type = failure.type ?? 'Internal';
      const { message } = failure;
      const userMessage = userMessageOf(type, input.run.language);
      if (!mayRetry(when, { type, message, userMessage }))
        failure = ApplicationFailure.nonRetryable(message, type);
    } catch (wrong) {
      failure = failureOf(wrong, 'ExpressionError');
    }
  }
  const pause = retryAfterOf(thrown);
  const { maximumAttempts, waits } = input.retry ?? {};
  const isOver = waits
    ? failure.type !== 'ModelUnavailable' && spent.attempts >= maximumAttempts
    : pause !== undefined && pause > longestPauseMs;
  return ApplicationFailure.create({
    message: failure.message,
    ...(failure.type && { type: failure.type }),
    nonRetryable: failure.nonRetryable || isOver,
    ...(pause !== undefined && { nextRetryDelay: Math.max(1, Math.ceil(pause)) }),
    details: [spent],
  });
}

function retryAfterOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('retryAfterMs' in thrown)) return undefined;
  return typeof thrown.retryAfterMs === 'number' ? thrown.retryAfterMs : undefined;
}

function usageOf(thrown: unknown): Usage | undefined {
  const parsed = earlierAttempts.safeParse(thrown);
  return thrown instanceof Error && parsed.success ? parsed.data.usage : undefined;
}

/**
 * What all attempts cost. One that died with its worker told nothing: it counts as this one does, so that what a model
 * was asked counts at least once.
 */
function inAll(
  before: z.infer<typeof earlierAttempts> | undefined,
  usage: Usage | undefined,
  attempt: number,
): Usage | undefined {
  if (!usage) return before?.usage;
  const told = before ? (before.attempt ?? attempt - 1) : 0;
  let total = before ? addUsage(before.usage, usage) : usage;
  for (let lost = told + 1; lost < attempt; lost += 1) total = addUsage(total, usage);
  return total;
}

function elapsed(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
