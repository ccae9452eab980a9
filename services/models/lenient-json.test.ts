import { expect, it } from 'vitest';
import { findJsonObject } from './lenient-json.ts';

it('finds an object with braces and quotes inside its strings', () => {
  const value = { text: 'a } and a \\" and a {' };
  expect(findJsonObject(`Here: ${JSON.stringify(value)} (done}`)).toEqual(value);
});

it('finds nothing in prose, in an array alone, and in half an object', () => {
  for (const text of ['', 'no {braces} here', '[1, 2]', '{"a": {"b": 1}']) {
    expect(findJsonObject(text)).toBeUndefined();
  }
});

it('refuses an object that nests ten thousand levels deep', () => {
  expect(findJsonObject(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)).toBeUndefined();
});

it('gives up within linear work on text that is all braces', () => {
  const startedAt = performance.now();
  expect(findJsonObject('{ '.repeat(100_000))).toBeUndefined();
  expect(findJsonObject('{" '.repeat(100_000))).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
