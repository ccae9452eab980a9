import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../contracts/index.ts';
import { compose } from './compose.ts';

function delivery(text: string, change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'k',
    type: 'reply',
    account: 'sl',
    conversation: 'C1',
    replyTo: { channel: 'C1', thread: '1.1' },
    runId: 'a'.repeat(26),
    text,
    final: true,
    ...change,
  };
}

const textOf = (markdown: string): string | undefined => compose(delivery(markdown))[0]?.text;

describe('what is said', () => {
  it.each([
    ['**bold** and *soft*, ~~gone~~', '*bold* and _soft_, ~gone~'],
    ['# Plan', '*Plan*'],
    ['a < b & c <!channel> <@U1>', 'a &lt; b &amp; c &lt;!channel&gt; &lt;@U1&gt;'],
    ['[site](https://a.example/?x=1|2)', '<https://a.example/?x=1%7C2|site>'],
    ['- one\n- two', '• one\n• two'],
    ['1. one\n2. two', '1. one\n2. two'],
    ['> said', '> said'],
    ['```ts\nif (a < b) {}\n```', '```\nif (a &lt; b) {}\n```'],
    ['`a < b`', '`a &lt; b`'],
  ])('turns %j into mrkdwn', (markdown, mrkdwn) => {
    expect(textOf(markdown)).toBe(mrkdwn);
  });

  it('draws a table where columns line up', () => {
    expect(textOf('| a | 数量 |\n|---|---|\n| x | 1 |')).toMatch(/^```\na +\S? *数量[\s\S]+x[\s\S]+```$/);
  });

  it('splits 100 KB in order, each small enough for a section, no character in two', () => {
    const text = Array.from({ length: 2_000 }, (_, index) => `第 ${index} 段 👨‍👩‍👧 שלום & more words`).join(
      '\n\n',
    );
    const parts = compose(delivery(text));
    expect(Math.max(...parts.map((part) => part.text.length))).toBeLessThanOrEqual(3_000);
    const shown = parts.map((part) => part.text).join('\n\n');
    const numbers = [...shown.matchAll(/第 (\d+) 段 👨‍👩‍👧 שלום/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, index) => index));
  });

  it('names whom it is for where others listen', () => {
    expect(compose(delivery('hi', { asker: { id: 'U1' } }))[0]?.text).toBe('<@U1> hi');
  });
});

it('shows progress in one message, which is changed', () => {
  const words = compose(delivery('x\n\n'.repeat(3_000), { type: 'progress', edits: '1.2' }));
  expect(words).toHaveLength(1);
  expect(words[0]?.edits).toBe('1.2');
});

it('asks for a decision with buttons, after all that is to be decided on', () => {
  const words = compose(
    delivery(`${'long\n\n'.repeat(1_000)}Pay?`, {
      type: 'approval',
      approval: { id: 'abcd2345' },
      language: 'zh',
    }),
  );
  expect(words.slice(0, -1).every(({ buttons }) => buttons === undefined)).toBe(true);
  expect(words.at(-1)?.buttons?.map(({ text, value }) => [text, value])).toEqual([
    ['同意', '/approve abcd2345'],
    ['拒绝', '/deny abcd2345'],
  ]);
});
