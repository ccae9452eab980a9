import { expect, test } from 'vitest';
import { orderIdIn, orderSource, seededRandom } from './orders.ts';

test('a fifth of the mix are tasks, the same ones in every run', () => {
  const kinds = () => {
    const next = orderSource('mix', 'a', seededRandom(3));
    return Array.from({ length: 2_000 }, () => next('c').text.startsWith('task:'));
  };
  expect(kinds()).toEqual(kinds());
  const share = kinds().filter(Boolean).length / 2_000;
  expect(share).toBeGreaterThan(0.17);
  expect(share).toBeLessThan(0.23);
});

test('an order is found again in a text that names it after others', () => {
  const next = orderSource('quick', 'mix20', seededRandom(1));
  const [first, second] = [next('c'), next('c')];
  expect(orderIdIn(`${first.text}\n${second.text}`)).toBe(second.id);
});
