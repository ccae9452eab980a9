import { expect, it } from 'vitest';
import { ConcurrencyLimit } from './concurrency-limit.ts';

const { signal } = new AbortController();

it('hands a place to who waited longest', async () => {
  const limit = new ConcurrencyLimit(1);
  await limit.acquire(0, signal);
  const order: string[] = [];
  const first = limit.acquire(5_000, signal).then(() => order.push('first'));
  const second = limit.acquire(5_000, signal).then(() => order.push('second'));
  limit.release();
  await first;
  limit.release();
  await second;
  expect(order).toEqual(['first', 'second']);
});

it('gives up after the wait, and its place in line goes with it', async () => {
  const limit = new ConcurrencyLimit(1);
  await limit.acquire(0, signal);
  expect(await limit.acquire(10, signal)).toBe(false);
  limit.release();
  expect(await limit.acquire(0, signal)).toBe(true);
});

it('rejects a waiter whose caller gave up', async () => {
  const limit = new ConcurrencyLimit(1);
  await limit.acquire(0, signal);
  const caller = new AbortController();
  const waiting = limit.acquire(5_000, caller.signal);
  caller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
});
