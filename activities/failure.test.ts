import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../channels/delivery-error.ts';
import { MemoryDamaged } from '../services/memory/index.ts';
import { failureOf } from './failure.ts';

describe('failureOf', () => {
  it('keeps the type that an error says, and does not retry what never gets better', () => {
    expect(failureOf(new MemoryDamaged('memory/a', 'is torn'), 'StoreUnavailable')).toMatchObject({
      type: 'MemoryDamaged',
      nonRetryable: true,
    });
  });

  it('believes the error about whether another try may help, and when', () => {
    const busy = new DeliveryError('busy', { retryable: true, retryAfterMs: 5_000 });
    expect(failureOf(busy, 'Internal')).toMatchObject({ type: 'DeliveryFailed', nonRetryable: false });
    expect(failureOf(busy, 'Internal').nextRetryDelay).toBe(5_000);
    const gone = new DeliveryError('gone', { retryable: false });
    expect(failureOf(gone, 'Internal').nonRetryable).toBe(true);
  });

  it('falls back for errors of other makes', () => {
    expect(failureOf(new TypeError('x'), 'StoreUnavailable')).toMatchObject({
      type: 'StoreUnavailable',
      nonRetryable: false,
    });
  });
});
