import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';

describe('createRedactor', () => {
  it('blanks every occurrence of every secret', () => {
    const redact = createRedactor(['first-secret', 'second-secret']);
    expect(redact('a first-secret b second-secret c first-secret')).toBe(
      'a [redacted] b [redacted] c [redacted]',
    );
  });

  it('blanks the longer of two secrets of which one begins with the other', () => {
    expect(createRedactor(['abcdef', 'abcdefghi'])('x abcdefghi y')).toBe('x [redacted] y');
  });

  it('reads characters that mean something in patterns literally', () => {
    const redact = createRedactor(['a.c*(e)[f]|g^h$']);
    expect(redact('a.c*(e)[f]|g^h$ abcdefgh')).toBe('[redacted] abcdefgh');
  });

  it('leaves a line as it is when there is no secret worth blanking', () => {
    expect(createRedactor(['', 'short', ' '])('a short line')).toBe('a short line');
  });

  it('takes half a surrogate pair in a secret', () => {
    expect(createRedactor(['broken-\ud800'])('x')).toBe('x');
  });

  it('keeps a long line under a millisecond with a thousand secrets', () => {
    const secrets = Array.from({ length: 1_000 }, (_, index) => `whsec_${index}${'x'.repeat(40)}`);
    const redact = createRedactor(secrets);
    const line = JSON.stringify({ msg: 'hello wonderful world '.repeat(40) });
    redact(line);
    const started = performance.now();
    for (let round = 0; round < 200; round += 1) redact(line);
    expect((performance.now() - started) / 200).toBeLessThan(1);
  });
});
