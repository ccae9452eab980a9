import { describe, expect, it } from 'vitest';
import { retryAfter } from './attempt-failure.ts';
import { EventStreamParser } from './event-stream.ts';
import { splitThinking } from './thinking.ts';

describe('thinking', () => {
  it.each([
    ['<think>a\nb</think>\n\nYes.', 'Yes.', 'a\nb'],
    ['thoughts without an opening tag\n</think>\nYes.', 'Yes.', 'thoughts without an opening tag'],
    ['<think>never ends', '', 'never ends'],
    ['The tag `</think>` closes it.', 'The tag `</think>` closes it.', ''],
    ['Yes.', 'Yes.', ''],
  ])('is taken out of %j', (written, text, thinking) => {
    expect(splitThinking(written)).toEqual({ text, thinking });
  });
});

describe('a stream of events', () => {
  it('gives the same data however it is cut', () => {
    const stream = ': comment\r\nevent: x\r\ndata: {"a":1}\r\n\r\ndata:two\n\ndata: [DONE]\n\n';
    for (let size = 1; size <= stream.length; size += 1) {
      const data: string[] = [];
      const parser = new EventStreamParser((event) => data.push(event));
      for (let at = 0; at < stream.length; at += size) parser.push(stream.slice(at, at + size));
      expect(data).toEqual(['{"a":1}', 'two', '[DONE]']);
    }
  });

  it('ends at a line that never ends', () => {
    const parser = new EventStreamParser(() => {});
    expect(() => parser.push('x'.repeat(1_000_001))).toThrow('too long');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['7', 7_000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['99999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
  ])('%j is understood', (value, ms) => {
    expect(retryAfter(new Headers({ 'retry-after': value }), now)).toBe(ms);
  });
});
