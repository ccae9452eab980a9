import { expect, test } from 'vitest';
import { retentionHours } from './retention.ts';

const gigabyte = 1e9;

test.each([
  { free: 0.3, hours: 12, why: 'a nearly full disk gets the shortest' },
  { free: 34, hours: 29, why: 'a 40 GB disk gets a bit more than a day' },
  { free: 2_000, hours: 72, why: 'a large disk gets three days' },
])('auto: $why', ({ free, hours }) => {
  expect(retentionHours('auto', { freeBytes: free * gigabyte, databaseBytes: 0 })).toBe(hours);
});

test("the server's own database does not shorten its retention", () => {
  const fresh = retentionHours('auto', { freeBytes: 34 * gigabyte, databaseBytes: 0 });
  expect(retentionHours('auto', { freeBytes: 24 * gigabyte, databaseBytes: 10 * gigabyte })).toBe(fresh);
});

test('a configured duration counts in whole hours, at least one', () => {
  expect(retentionHours('24h', { freeBytes: 0, databaseBytes: 0 })).toBe(24);
  expect(retentionHours('3d', { freeBytes: 0, databaseBytes: 0 })).toBe(72);
  expect(retentionHours('5m', { freeBytes: 0, databaseBytes: 0 })).toBe(1);
});
