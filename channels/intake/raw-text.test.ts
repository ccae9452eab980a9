import { expect, it } from 'vitest';
import { rawEventLimit } from '../../contracts/index.ts';
import { rawText } from './raw-text.ts';

it('keeps an event as it is up to 8 KB', () => {
  const raw = { text: 'x'.repeat(rawEventLimit - 11) };
  expect(rawText(raw)).toBe(JSON.stringify(raw));
  expect(rawText({ text: `${raw.text}x` })).toMatch(/… cut, of bytes: 8193$/);
});

it.each(['好', '😀', '\u0000', '\ud800', '"', 'x😀'])(
  'cuts an event of nothing but %j between characters',
  (text) => {
    const kept = rawText({ text: text.repeat(9_000) });
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(rawEventLimit);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(rawEventLimit - 10);
    expect(kept).not.toContain('\uFFFD');
  },
);
