import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { DeliveryError } from '../channels/index.ts';
import type { Send } from '../channels/send.ts';
import { accountConfig, type DeliverInput } from '../contracts/index.ts';
import { createLogger, createMetrics } from '../services/telemetry/index.ts';
import { createDeliveryActivities } from './delivery.ts';

const minuteMs = 60_000;
const accounts = new Map(
  [
    { id: 'keyed', kind: 'feishu', appId: 'cli_0123456789abcdef', appSecret: 's' },
    { id: 'keyless', kind: 'slack', botToken: 'xoxb-1', appToken: 'xapp-1' },
  ].map((account) => [account.id, accountConfig.parse(account)]),
);

interface Attempt {
  account: string;
  attempt?: number;
  /** What the attempt before left. */
  left?: { posted: number; certain: boolean };
  scheduledMinutesAgo?: number;
  more?: Partial<DeliverInput>;
}

async function deliver(
  { account, attempt = 1, left, scheduledMinutesAgo = 0, more }: Attempt,
  send: Send = async () => ({ providerId: 'p' }),
) {
  const environment = new MockActivityEnvironment({
    attempt,
    heartbeatDetails: left,
    scheduledTimestampMs: Date.now() - scheduledMinutesAgo * minuteMs,
  });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const { deliver: activity } = createDeliveryActivities({
    accounts,
    send,
    temporal: {} as Client,
    pace: { promoteAfterMs: 1, idleAfterMs: 1 },
    logger: createLogger({ level: 'silent', secrets: [] }),
    metrics: createMetrics(),
  });
  const run = {
    runId: 'r'.repeat(26),
    traceId: '0'.repeat(32),
    language: 'en' as const,
    flow: 'f',
    user: 'u',
  };
  const delivery = {
    type: 'reply' as const,
    account,
    conversation: 'c',
    runId: run.runId,
    text: 'hello',
    final: true,
  };
  const input: DeliverInput = { run, step: 'say', delivery, earlierAttempts: 0, ...more };
  const ended = await environment.run(activity, input).catch((error: unknown) => ({ error }));
  return { ended, heartbeats };
}

it.each<[string, Attempt, boolean]>([
  ['the first attempt', { account: 'keyless' }, false],
  [
    'one after a definite refusal',
    { account: 'keyless', attempt: 2, left: { posted: 0, certain: true } },
    false,
  ],
  ['one after no answer', { account: 'keyless', attempt: 2, left: { posted: 0, certain: false } }, true],
  ['one after an attempt that was cut off', { account: 'keyless', attempt: 2 }, true],
  ['one after no answer, by a key', { account: 'keyed', attempt: 2, scheduledMinutesAgo: 59 }, false],
  ['one when the key is forgotten', { account: 'keyed', attempt: 9, scheduledMinutesAgo: 61 }, true],
  [
    'a dead letter of yesterday, by a key that is forgotten',
    { account: 'keyed', more: { earlierAttempts: 9, triedSince: Date.now() - 1_500 * minuteMs } },
    true,
  ],
])('%s says truthfully whether people may have it twice', async (_, attempt, possiblyRepeated) => {
  const { ended } = await deliver(attempt);
  expect(ended).toMatchObject({ providerId: 'p' });
  expect(JSON.stringify(ended).includes('possiblyRepeated')).toBe(possiblyRepeated);
});

it('leaves to the next attempt how much arrived, and whether that is all', async () => {
  const failing =
    (ambiguous: boolean): Send =>
    async (_, { posted = 0, onPosted } = {}) => {
      onPosted?.(posted + 1);
      throw new DeliveryError('the platform does not take it', { retryable: true, ambiguous });
    };
  const first = await deliver({ account: 'keyless' }, failing(false));
  expect(first.heartbeats.at(-1)).toEqual({ posted: 1, certain: true });
  expect(first.ended).toMatchObject({ error: { details: [{ posted: 1, attempts: 1 }] } });
  const left = { posted: 1, certain: true };
  const second = await deliver({ account: 'keyless', attempt: 2, left }, failing(true));
  expect(second.heartbeats.at(-1)).toEqual({ posted: 2, certain: false });
});
