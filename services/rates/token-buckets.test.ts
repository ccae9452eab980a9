import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const rate = { capacity: 3, perMinute: 60 };

describe('TokenBuckets', () => {
  it('gives a burst, then says how long to wait, then one token for each second', () => {
    const buckets = new TokenBuckets();
    expect([1, 2, 3].map(() => buckets.take('a', rate, 0))).toEqual([0, 0, 0]);
    expect(buckets.take('a', rate, 400)).toBe(600);
    expect(buckets.take('a', rate, 1_000)).toBe(0);
    expect(buckets.take('a', rate, 1_001)).toBe(999);
  });

  it('never holds more than its capacity, and keeps keys apart', () => {
    const buckets = new TokenBuckets();
    buckets.take('a', rate, 0);
    const later = 3_600_000;
    expect([1, 2, 3, 4].map(() => buckets.take('a', rate, later) === 0)).toEqual([true, true, true, false]);
    expect(buckets.take('b', rate, later)).toBe(0);
  });

  it('asks without taking, and takes a token back', () => {
    const buckets = new TokenBuckets();
    for (let taken = 0; taken < 3; taken++) buckets.take('a', rate, 0);
    expect(buckets.waitFor('a', rate, 0)).toBe(1_000);
    expect(buckets.waitFor('a', rate, 1_000)).toBe(0);
    expect(buckets.waitFor('unknown', rate, 0)).toBe(0);
    buckets.giveBack('a');
    expect(buckets.take('a', rate, 0)).toBe(0);
  });

  it('does not gain tokens when the clock is set back', () => {
    const buckets = new TokenBuckets();
    for (let taken = 0; taken < 3; taken++) buckets.take('a', rate, 10_000);
    expect(buckets.take('a', rate, 5_000)).toBe(1_000);
  });

  it('forgets the key unused for longest when there are too many', () => {
    const buckets = new TokenBuckets(2);
    for (let taken = 0; taken < 3; taken++) buckets.take('a', rate, 0);
    buckets.take('b', rate, 0);
    expect(buckets.take('a', rate, 0)).toBeGreaterThan(0);
    buckets.take('c', rate, 0);
    expect(buckets.take('a', rate, 0)).toBeGreaterThan(0);
    buckets.take('d', rate, 0);
    buckets.take('e', rate, 0);
    expect(buckets.take('a', rate, 0)).toBe(0);
  });
});
