import { describe, expect, it } from 'vitest';
import { isTooDeep } from './json-depth.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (levels: number) => bytes(` \n${'['.repeat(levels)}${']'.repeat(levels)}`);

describe('isTooDeep', () => {
  it('takes 64 levels and refuses 65 and 10,000', () => {
    expect(isTooDeep(nested(64))).toBe(false);
    expect(isTooDeep(nested(65))).toBe(true);
    expect(isTooDeep(nested(10_000))).toBe(true);
    expect(isTooDeep(bytes('{"a":'.repeat(10_000)))).toBe(true);
  });

  it('counts what is open at once, not brackets', () => {
    expect(isTooDeep(bytes(`[${'[],'.repeat(1_000)}{}]`))).toBe(false);
  });

  it('does not count brackets in strings, and sees where strings end', () => {
    expect(isTooDeep(bytes(JSON.stringify({ a: '['.repeat(100) })))).toBe(false);
    expect(isTooDeep(bytes(JSON.stringify({ a: '\\"'.repeat(50) + '['.repeat(100) })))).toBe(false);
    expect(isTooDeep(bytes(`["\\\\",${'['.repeat(100)}`))).toBe(true);
  });

  it('leaves text that is not JSON alone', () => {
    expect(isTooDeep(bytes(`<xml>${'['.repeat(100)}</xml>`))).toBe(false);
    expect(isTooDeep(bytes(''))).toBe(false);
  });
});
