import { describe, expect, it } from 'vitest';
import { preferredLanguage, traceIdOf } from './context.ts';

describe('traceIdOf', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('is the one of a traceparent header, of later versions too', () => {
    expect(traceIdOf(`00-${id}-00f067aa0ba902b7-01`)).toBe(id);
    expect(traceIdOf(`01-${id}-00f067aa0ba902b7-01-more`)).toBe(id);
  });

  it('is a new one for a header that is missing, malformed or all zeros', () => {
    for (const header of [
      undefined,
      '',
      id,
      `00-${id.toUpperCase()}-x-01`,
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    ]) {
      expect(traceIdOf(header)).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(traceIdOf(header)).not.toBe(traceIdOf(header));
    }
  });
});

describe('preferredLanguage', () => {
  it('takes the better of the two, by weight, and English without a wish', () => {
    expect(preferredLanguage('zh-CN,zh;q=0.9,en;q=0.8')).toBe('zh');
    expect(preferredLanguage('en;q=0.5, zh-Hans;q=0.7')).toBe('zh');
    expect(preferredLanguage('en-GB, zh')).toBe('en');
    expect(preferredLanguage('fr, de;q=0.9')).toBe('en');
    expect(preferredLanguage('zh;q=0')).toBe('en');
    expect(preferredLanguage(undefined)).toBe('en');
  });
});
