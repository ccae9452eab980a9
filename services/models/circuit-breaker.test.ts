import { beforeEach, describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

let now = 0;
let breaker: CircuitBreaker;

beforeEach(() => {
  now = 1_000_000;
  breaker = new CircuitBreaker(() => now);
});

function fail(times: number, weight?: number): void {
  for (let time = 0; time < times; time += 1) {
    expect(breaker.admit()).toBe(true);
    breaker.failed(weight);
  }
}

describe('a circuit breaker', () => {
  it('opens after five failures in a row, and not when a success comes between', () => {
    fail(4);
    breaker.admit();
    breaker.succeeded();
    fail(4);
    expect(breaker.state).toBe('closed');
    fail(1);
    expect(breaker.state).toBe('open');
    expect(breaker.admit()).toBe(false);
  });

  it('opens after three calls that ran into a deadline', () => {
    fail(3, 2);
    expect(breaker.state).toBe('open');
  });

  it('lets one probe through when its time is up, and closes when that succeeds', () => {
    fail(5);
    now += 1_000;
    expect(breaker.state).toBe('half-open');
    expect([breaker.admit(), breaker.admit()]).toEqual([true, false]);
    breaker.succeeded();
    expect([breaker.admit(), breaker.admit()]).toEqual([true, true]);
  });

  it('stays open twice as long after each failed probe, at most 30 seconds', () => {
    fail(5);
    const waits = Array.from({ length: 7 }, () => {
      const wait = breaker.waitMs();
      now += wait;
      fail(1);
      return wait;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('lets another probe through when the first one was given up by its caller', () => {
    fail(5);
    now += 1_000;
    breaker.admit();
    breaker.abandoned();
    expect(breaker.admit()).toBe(true);
  });

  it('is not opened further by calls that were under way when it opened', () => {
    for (let call = 0; call < 20; call += 1) breaker.admit();
    for (let call = 0; call < 20; call += 1) breaker.failed();
    expect(breaker.waitMs()).toBe(1_000);
  });
});
