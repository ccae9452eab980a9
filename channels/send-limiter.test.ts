import { expect, it } from 'vitest';
import { DeliveryError } from './delivery-error.ts';
import { SendLimiter } from './send-limiter.ts';

const place = { account: 'a', conversation: 'c' };
const patienceMs = 1_000;

it('lets everything pass where a platform has no limits', async () => {
  const limiter = new SendLimiter();
  for (let count = 0; count < 1_000; count += 1) await limiter.wait(place, {}, patienceMs);
});

it('waits until there is room', async () => {
  const limiter = new SendLimiter();
  const limits = { conversation: { capacity: 1, perMinute: 1_200 } };
  await limiter.wait(place, limits, patienceMs);
  const started = performance.now();
  await limiter.wait(place, limits, patienceMs);
  expect(performance.now() - started).toBeGreaterThan(40);
});

it('limits conversations apart, and their account in all', async () => {
  const limiter = new SendLimiter(() => 0);
  const limits = { conversation: { capacity: 1, perMinute: 1 }, account: { capacity: 2, perMinute: 1 } };
  await limiter.wait(place, limits, patienceMs);
  await limiter.wait({ ...place, conversation: 'd' }, limits, patienceMs);
  await expect(limiter.wait({ ...place, conversation: 'e' }, limits, patienceMs)).rejects.toThrow(
    DeliveryError,
  );
  await limiter.wait({ ...place, account: 'b' }, limits, patienceMs);
});

it('gives up at once what would wait for long, and says how long', async () => {
  const limiter = new SendLimiter(() => 0);
  const limits = { conversation: { capacity: 1, perMinute: 1 } };
  await limiter.wait(place, limits, patienceMs);
  await expect(limiter.wait(place, limits, patienceMs)).rejects.toMatchObject({
    retryable: true,
    retryAfterMs: 60_000,
  });
});

it('leaves a conversation alone for as long as its platform asked, and no other', async () => {
  let now = 0;
  const limiter = new SendLimiter(() => now);
  limiter.hold(place, 30_000);
  await expect(limiter.wait(place, {}, patienceMs)).rejects.toMatchObject({
    retryable: true,
    retryAfterMs: 30_000,
  });
  await limiter.wait({ ...place, conversation: 'd' }, {}, patienceMs);
  now = 29_950;
  const started = performance.now();
  await limiter.wait(place, {}, patienceMs);
  expect(performance.now() - started).toBeGreaterThan(40);
});
