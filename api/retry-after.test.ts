import { expect, it } from 'vitest';
import { retryAfter } from './retry-after.ts';

it('is whole seconds, at least one', () => {
  expect(retryAfter(1)).toEqual({ 'retry-after': '1' });
  expect(retryAfter(1_001)).toEqual({ 'retry-after': '2' });
});
