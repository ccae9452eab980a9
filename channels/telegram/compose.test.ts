import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../contracts/index.ts';
import { compose } from './compose.ts';
import { visibleLength } from './dialect.ts';

function delivery(text: string, change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'k',
    type: 'reply',
    account: 'tg',
    conversation: '-100',
    replyTo: { chat: '-100', message: 5, thread: 3 },
    runId: 'a'.repeat(26),
    text,
    final: true,
    ...change,
  };
}

const htmlOf = (markdown: string): string | undefined => compose(delivery(markdown))[0]?.html;

describe('what is said', () => {
  it.each([
    ['**bold** and *soft*, ~~gone~~', '<b>bold</b> and <i>soft</i>, <s>gone</s>'],
    ['# A **plan**', '<b>A plan</b>'],
    ['a < b & c > d "e"', 'a &lt; b &amp; c &gt; d "e"'],
    ['<b>raw</b> <script>', '&lt;b&gt;raw&lt;/b&gt; &lt;script&gt;'],
    ['[a < b](https://a.example/?x=1&y=2)', '<a href="https://a.example/?x=1&amp;y=2">a &lt; b</a>'],
    ['[x](javascript:alert(1))', 'x'],
    ['- one\n- two', '• one\n• two'],
    ['> one\n> > two', '<blockquote>one\n\ntwo</blockquote>'],
    ['```ts\nif (a < b) {}\n```', '<pre><code class="language-ts">if (a &lt; b) {}</code></pre>'],
    ['```"><x\ny\n```', '<pre><code class="language-x">y</code></pre>'],
    ['`a < b`', '<code>a &lt; b</code>'],
  ])('turns %j into HTML', (markdown, html) => {
    expect(htmlOf(markdown)).toBe(html);
  });

  it('draws a narrow table where columns line up, and lists a wide one', () => {
    expect(htmlOf('| a | 数量 |\n|---|---|\n| x | 1 |')).toBe('<pre>a   | 数量\n----|-----\nx   | 1</pre>');
    const wide = `| name | what is to be done |\n|---|---|\n| **x** | ${'word '.repeat(10)}|`;
    expect(htmlOf(wide)).toBe(`<b><b>x</b></b>\n• what is to be done: ${'word '.repeat(10).trim()}`);
  });

  it('splits 100 KB in order, each small enough, no character in two', () => {
    const text = Array.from(
      { length: 2_000 },
      (_, index) => `第 ${index} 段 **👨‍👩‍👧** שלום & <more> words`,
    ).join('\n\n');
    const parts = compose(delivery(text));
    for (const { html, plain } of parts) {
      expect(visibleLength(html)).toBeLessThanOrEqual(4_096);
      expect(plain.length).toBeLessThanOrEqual(4_096);
    }
    const numbers = parts.flatMap(({ html }) =>
      [...html.matchAll(/第 (\d+) 段 <b>👨‍👩‍👧<\/b> שלום &amp; &lt;more&gt; words/g)].map(([, number]) =>
        Number(number),
      ),
    );
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, index) => index));
  });

  it('names what it answers once, and whom it is for where others listen', () => {
    const parts = compose(delivery('word '.repeat(2_200), { asker: { id: '11', name: 'A<d>a' } }));
    const [first, ...rest] = parts.map(({ to }) => to);
    expect(first).toEqual({ chat: '-100', message: 5, thread: 3 });
    for (const to of rest) expect(to).toEqual({ chat: '-100', thread: 3 });
    expect(parts[0]?.html).toMatch(/^<a href="tg:\/\/user\?id=11">A&lt;d&gt;a<\/a> word/);
    expect(parts[0]?.plain).toMatch(/^A<d>a word/);
    expect(parts[1]?.html).not.toContain('tg://');
  });

  it('is nothing where there is nothing to see', () => {
    expect(compose(delivery(' \n'))).toEqual([]);
  });
});

it('shows progress in one message, which is changed', () => {
  const words = compose(delivery('x\n\n'.repeat(6_000), { type: 'progress', edits: '77' }));
  expect(words).toHaveLength(1);
  expect(words[0]?.edits).toBe(77);
  expect(compose(delivery('x', { type: 'progress' }))[0]).not.toHaveProperty('edits');
});

it('asks for a decision with buttons, after all that is to be decided on', () => {
  const words = compose(
    delivery(`${'long\n\n'.repeat(2_000)}Pay?`, {
      type: 'approval',
      approval: { id: 'abcd2345' },
      language: 'zh',
    }),
  );
  expect(words.length).toBeGreaterThan(1);
  expect(words.slice(0, -1).every(({ buttons }) => buttons === undefined)).toBe(true);
  expect(words.at(-1)?.buttons).toEqual([
    { text: '✅ 同意', data: '/approve abcd2345' },
    { text: '❌ 拒绝', data: '/deny abcd2345' },
  ]);
});
