import { expect, it } from 'vitest';
import { SharedList } from './shared-list.ts';

it('a copy and what it was copied from change apart, whichever is changed first', () => {
  const one = SharedList.of(Array.from({ length: 100 }, (_, at) => at));
  one.set(40, -1);
  const other = one.copy();
  one.set(41, -2);
  other.set(40, -3);
  other.set(99, -4);
  expect([one.get(40), one.get(41), one.get(99)]).toEqual([-1, -2, 99]);
  expect([other.get(40), other.get(41), other.get(99)]).toEqual([-3, 41, -4]);
  expect([...other].length).toBe(100);
  expect(() => one.set(200, 1)).toThrow(RangeError);
});
