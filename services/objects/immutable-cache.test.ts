import { expect, it } from 'vitest';
import { ImmutableCache } from './immutable-cache.ts';

it('lets the least recently used go once it is too heavy', () => {
  const cache = new ImmutableCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  cache.get('a');
  cache.set('c', 'C', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
});

it('counts a value that is set again once', () => {
  const cache = new ImmutableCache<string>(10);
  for (let round = 0; round < 5; round += 1) cache.set('a', 'A', 5);
  cache.set('b', 'B', 5);
  expect([cache.get('a'), cache.get('b')]).toEqual(['A', 'B']);
});

it('does not keep what alone is too heavy', () => {
  const cache = new ImmutableCache<string>(10);
  cache.set('a', 'A', 5);
  cache.set('b', 'B', 11);
  expect([cache.get('a'), cache.get('b')]).toEqual(['A', undefined]);
});
