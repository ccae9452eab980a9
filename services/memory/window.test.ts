import { describe, expect, it } from 'vitest';
import type { Turn } from '../../contracts/index.ts';
import { estimateTokens, windowWithin } from './window.ts';

const turns = (...texts: string[]): Turn[] =>
  texts.map((text, at) => ({ role: at % 2 ? 'assistant' : 'user', text, at }));
const textsOf = (window: Turn[]) => window.map(({ text }) => text);

describe('estimateTokens', () => {
  it('counts an ideograph as one and four other characters as one', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens('abcd')).toBe(1);
    expect(estimateTokens('abcde')).toBe(2);
    expect(estimateTokens('你好，世界')).toBe(5);
    expect(estimateTokens('你好 abcd')).toBe(4);
    expect(estimateTokens('𠮷😀')).toBe(2);
  });
});

describe('windowWithin', () => {
  it('keeps all turns that fit, oldest first', () => {
    expect(textsOf(windowWithin(turns('abcd', 'efgh'), 2))).toEqual(['abcd', 'efgh']);
    expect(windowWithin([], 10)).toEqual([]);
  });

  it('leaves out the oldest turns whole', () => {
    expect(textsOf(windowWithin(turns('abcd', 'x'.repeat(40), 'efgh'), 10))).toEqual(['efgh']);
    expect(textsOf(windowWithin(turns('a', 'b', 'c'), 2))).toEqual(['b', 'c']);
  });

  it('keeps the marked end of a newest turn that alone is too long', () => {
    const [only, ...rest] = windowWithin(turns('old', `${'x'.repeat(100)}the end`), 5);
    expect(rest).toEqual([]);
    expect(only?.text).toMatch(/^… x*the end$/);
    expect(estimateTokens(only?.text ?? '')).toBeLessThanOrEqual(5);
  });

  it('never tears a character apart', () => {
    const [only] = windowWithin(turns('😀'.repeat(50)), 4);
    expect(only?.text).toBe('… 😀😀😀');
  });

  it('keeps nothing within nothing', () => {
    expect(windowWithin(turns('abcd'), 0)).toEqual([]);
  });
});
