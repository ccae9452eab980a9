import { expect, it } from 'vitest';
import { messageText } from './message-text.ts';

it('keeps a text as it is, emoji and right-to-left writing too', () => {
  expect(messageText('你好 🙂 שלום')).toBe('你好 🙂 שלום');
});

it('puts a replacement character where there is NUL or half a surrogate pair', () => {
  expect(messageText('a\u0000b\uD83Dc\uDE42')).toBe('a\uFFFDb\uFFFDc\uFFFD');
});

it('cuts a long text before its limit and never through a character', () => {
  expect(messageText('🙂'.repeat(5), 5)).toBe('🙂🙂');
  expect(messageText('x'.repeat(40_000))).toHaveLength(32_000);
});
