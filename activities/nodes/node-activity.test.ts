import { CancelledFailure } from '@temporalio/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { flowLimits } from '../../contracts/flow-limits.ts';
import { ModelError } from '../../services/models/index.ts';
import { failureOfNode, nodeEnvironment, nodeInputOf, runNode } from '../../test/fakes/model-server-node.ts';
import { createNodeActivity, type NodeWork } from './node-activity.ts';

const quiet = { info: () => {}, warn: () => {} };
const usage = { calls: 2, promptTokens: 10, completionTokens: 5 };

const activity = (work: NodeWork<{ n: number }>['work']) =>
  createNodeActivity({ kind: 'test', config: z.object({ n: z.number() }), work }, quiet);
const failing = (error: Error) =>
  activity(() => {
    throw error;
  });
const input = nodeInputOf({ n: 1 });

afterEach(() => {
  vi.useRealTimers();
});

describe('a node that succeeds', () => {
  it('reports its output, the attempt it took, and the usage of all attempts', async () => {
    const work = activity(async ({ config }) => ({ output: { n: config.n + 1 }, usage }));
    expect(await runNode(work, input, { attempt: 3, heartbeatDetails: { usage } })).toEqual({
      output: { n: 2 },
      attempts: 3,
      usage: { calls: 4, promptTokens: 20, completionTokens: 10 },
      ms: expect.any(Number),
    });
  });

  it('may not be larger than a node’s output', async () => {
    const failure = await failureOfNode(
      activity(async () => ({ output: 'x'.repeat(flowLimits.nodeOutputBytes) })),
      input,
    );
    expect(failure).toMatchObject({ type: 'RunLimit', nonRetryable: true });
  });
});

describe('an attempt that died with its worker', () => {
  it('counts as the one that came after it', async () => {
    const work = activity(async () => ({ output: null, usage }));
    const info = { attempt: 4, heartbeatDetails: { usage, attempt: 2 } };
    expect(await runNode(work, input, info)).toMatchObject({ usage: { calls: 6, promptTokens: 30 } });
  });
});

describe('a node that waits for a model', () => {
  const retry = { ...input.retry, waits: true as const };

  it('is tried again however often, and however long the pause, while none answers', async () => {
    const error = new ModelError('ModelUnavailable', 'm1: HTTP 503', usage, 3_600_000);
    const failure = await failureOfNode(failing(error), { ...input, retry }, { attempt: 100 });
    expect(failure).toMatchObject({ nonRetryable: false, nextRetryDelay: 3_600_000 });
  });

  it('fails of other things after as many attempts as it has', async () => {
    const last = await failureOfNode(failing(new Error('disk')), { ...input, retry }, { attempt: 3 });
    const first = await failureOfNode(failing(new Error('disk')), { ...input, retry }, { attempt: 2 });
    expect([first.nonRetryable, last.nonRetryable]).toEqual([false, true]);
  });
});

describe('a node that fails', () => {
  it('says type, attempts and usage, and when to try again', async () => {
    const error = new ModelError('ModelUnavailable', 'm1: HTTP 503', usage, 2_500);
    const failure = await failureOfNode(failing(error), input, { attempt: 2 });
    expect(failure).toMatchObject({
      type: 'ModelUnavailable',
      message: 'm1: HTTP 503',
      nonRetryable: false,
      nextRetryDelay: 2_500,
      details: [
        {
          attempts: 2,
          ms: expect.any(Number),
          usage: { ...usage, calls: 4, promptTokens: 20, completionTokens: 10 },
        },
      ],
    });
  });

  it('hands what it cost to the next attempt', async () => {
    const environment = nodeEnvironment();
    const beats: unknown[] = [];
    environment.on('heartbeat', (details) => beats.push(details));
    const error = new ModelError('ModelUnavailable', 'down', usage);
    await expect(environment.run(failing(error), input)).rejects.toThrow('down');
    expect(beats).toEqual([{ usage, attempt: 1 }]);
  });

  it('is not tried again when the model’s answer is the trouble', async () => {
    const failure = await failureOfNode(failing(new ModelError('ModelOutputInvalid', 'no', usage)), input);
    expect(failure).toMatchObject({ type: 'ModelOutputInvalid', nonRetryable: true });
  });

  it('is not tried again when it would have to wait longer than a person does', async () => {
    const error = new ModelError('ModelUnavailable', 'limited', usage, 600_000);
    expect(await failureOfNode(failing(error), input)).toMatchObject({ nonRetryable: true });
  });

  it('is tried again as Internal when the error is unknown', async () => {
    expect(await failureOfNode(failing(new Error('odd')), input)).toMatchObject({
      type: 'Internal',
      nonRetryable: false,
    });
  });

  it.each([
    [nodeInputOf({ n: 'one' }), /^config: /],
    [nodeInputOf({ n: 1 }, { text: JSON.parse('7') }), /^input: /],
  ])('says what is wrong with its input', async (bad, message) => {
    const failure = await failureOfNode(
      activity(async () => ({ output: null })),
      bad,
    );
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    expect(failure.message).toMatch(message);
  });
});

describe('a retry condition', () => {
  const down = failing(new ModelError('ModelUnavailable', 'm1: HTTP 503', usage));
  const when = (condition: string) => nodeInputOf({ n: 1 }, { retry: { ...input.retry, when: condition } });

  it.each([
    [`error.type == 'ModelUnavailable'`, false],
    [`error.message.contains('HTTP 429')`, true],
    [`error.userMessage == ''`, true],
  ])('%s decides whether there is another attempt', async (condition, nonRetryable) => {
    expect(await failureOfNode(down, when(condition))).toMatchObject({
      type: 'ModelUnavailable',
      nonRetryable,
    });
  });

  it.each(['error.', 'error.type', `nodes.a.output == 1`, 'error.missing.deep == 1'])(
    '%s fails the node as ExpressionError',
    async (condition) => {
      expect(await failureOfNode(down, when(condition))).toMatchObject({
        type: 'ExpressionError',
        nonRetryable: true,
      });
    },
  );
});

describe('a node that takes long', () => {
  const hanging = activity(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );

  it('fails as Timeout just before Temporal would give up on it', async () => {
    const failure = await failureOfNode(hanging, input, { startToCloseTimeoutMs: 100 });
    expect(failure).toMatchObject({
      type: 'Timeout',
      nonRetryable: false,
      message: 'no result within 90 ms',
    });
  });

  it('says every two seconds that it lives, which is when it learns that it is cancelled', async () => {
    vi.useFakeTimers();
    const environment = nodeEnvironment({ startToCloseTimeoutMs: 60_000 });
    let beats = 0;
    environment.on('heartbeat', () => {
      beats += 1;
    });
    const result = environment.run(hanging, input).catch(() => 'ended');
    await vi.advanceTimersByTimeAsync(1_900);
    expect(beats).toBe(0);
    await vi.advanceTimersByTimeAsync(4_200);
    expect(beats).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await result).toBe('ended');
  });

  it('ends as cancelled when it is cancelled', async () => {
    const environment = nodeEnvironment();
    const result = environment.run(hanging, input);
    environment.cancel();
    await expect(result).rejects.toBeInstanceOf(CancelledFailure);
  });
});
