import { describe, expect, it } from 'vitest';
import { InvalidKey } from './errors.ts';
import { checkKey, encodeKeySegment } from './keys.ts';

describe('encodeKeySegment', () => {
  it('leaves small letters, digits, dashes and underscores, and percent-encodes the rest', () => {
    expect(encodeKeySegment('oc_a0553eda-1')).toBe('oc_a0553eda-1');
    expect(encodeKeySegment('C1/你')).toBe('%431%2f%e4%bd%a0');
    expect(encodeKeySegment('..')).toBe('%2e%2e');
  });

  it('stays apart on file systems that ignore case', () => {
    expect(encodeKeySegment('Ab')).not.toBe(encodeKeySegment('aB').toLowerCase());
    expect(encodeKeySegment('ABC')).toBe(encodeKeySegment('ABC').toLowerCase());
  });

  it('replaces what is longer than 200 bytes by its hash', () => {
    expect(encodeKeySegment('x'.repeat(200))).toHaveLength(200);
    const hashed = encodeKeySegment('x'.repeat(201));
    expect(hashed).toMatch(/^~[0-9a-f]{64}$/);
    expect(encodeKeySegment('x'.repeat(202))).not.toBe(hashed);
    checkKey(`memory/${hashed}`);
  });

  it('has nothing to make of an empty text', () => {
    expect(() => encodeKeySegment('')).toThrow(InvalidKey);
  });
});
