import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ThreadWatch } from './thread-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watching() {
  const onStandstill = vi.fn();
  return { watch: new ThreadWatch(onStandstill, 10), onStandstill };
}

const never = new Promise<never>(() => {});

it('notices that one who was asked does not answer, once', () => {
  const { watch, onStandstill } = watching();
  void watch.over(never);
  vi.advanceTimersByTime(30);
  expect(onStandstill).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(onStandstill).toHaveBeenCalledOnce();
});

it('leaves one alone who was asked nothing, or who answers others meanwhile', async () => {
  const { watch, onStandstill } = watching();
  vi.advanceTimersByTime(1_000);
  void watch.over(never);
  for (let round = 0; round < 20; round += 1) {
    await watch.over(Promise.reject(new Error('also an answer'))).catch(() => {});
    vi.advanceTimersByTime(10);
  }
  expect(onStandstill).not.toHaveBeenCalled();
});

it('looks no more once it has ended', () => {
  const { watch, onStandstill } = watching();
  void watch.over(never);
  watch.end();
  vi.advanceTimersByTime(1_000);
  expect(onStandstill).not.toHaveBeenCalled();
});
