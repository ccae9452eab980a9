import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2030-01-01T00:00:00Z');

it.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-5', 0],
  ['0', 0],
  ['30', 30_000],
  ['999999', 3_600_000],
  ['Tue, 01 Jan 2030 00:00:10 GMT', 10_000],
  ['Mon, 31 Dec 2029 23:00:00 GMT', 0],
])('reads "%s" as %s ms', (value, ms) => {
  expect(retryAfterMs(value, now)).toBe(ms);
});
