import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../contracts/index.ts';
import { compose } from './compose.ts';

function delivery(text: string, change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'k',
    type: 'reply',
    account: 'tg',
    conversation: '42',
    replyTo: { chat: '42', message: 7 },
    runId: 'a'.repeat(26),
    text,
    final: true,
    ...change,
  };
}

const htmlOf = (markdown: string): string | undefined => compose(delivery(markdown))[0]?.html;

describe('what is said', () => {
  it.each([
    ['**bold** *soft* ~~gone~~', '<b>bold</b> <i>soft</i> <s>gone</s>'],
    ['a < b & c', 'a &lt; b &amp; c'],
    ['# Plan', '<b>Plan</b>'],
    ['`a < b`', '<code>a &lt; b</code>'],
    ['```ts\nlet a;\n```', '<pre><code class="language-ts">let a;</code></pre>'],
    ['[site](https://a.example/?a=1&b=2)', '<a href="https://a.example/?a=1&amp;b=2">site</a>'],
    ['> said', '<blockquote>said</blockquote>'],
    ['<script>x</script>', '&lt;script&gt;x&lt;/script&gt;'],
  ])('turns %j into HTML that Telegram takes', (markdown, html) => {
    expect(htmlOf(markdown)).toBe(html);
  });

  it('splits 100 KB in order into messages that Telegram takes, and quotes once', () => {
    const text = Array.from({ length: 1_500 }, (_, index) => `**第 ${index} 段** 👨‍👩‍👧 שלום & more`).join(
      '\n\n',
    );
    const words = compose(delivery(text));
    expect(Math.max(...words.map(({ html }) => html.length))).toBeLessThanOrEqual(4_096);
    const numbers = [
      ...words
        .map(({ plain }) => plain)
        .join('\n')
        .matchAll(/第 (\d+) 段 👨‍👩‍👧 שלום/g),
    ].map(([, n]) => Number(n));
    expect(numbers).toEqual(Array.from({ length: 1_500 }, (_, index) => index));
    expect(words.map(({ to }) => to.message).filter(Boolean)).toEqual([7]);
  });

  it('names whom it is for where others listen', () => {
    const [words] = compose(delivery('hi', { asker: { id: '42', name: 'A<da' } }));
    expect(words?.html).toBe('<a href="tg://user?id=42">A&lt;da</a> hi');
    expect(words?.plain).toBe('A<da: hi');
  });
});

it('shows progress in one message, which is changed', () => {
  const words = compose(delivery('x\n\n'.repeat(5_000), { type: 'progress', edits: '9' }));
  expect(words.map(({ edits }) => edits)).toEqual([9]);
});

it('asks for a decision with buttons below all that is to be decided on', () => {
  const words = compose(
    delivery(`${'long\n\n'.repeat(1_500)}Pay?`, {
      type: 'approval',
      approval: { id: 'abcd2345' },
      language: 'zh',
    }),
  );
  expect(words.length).toBeGreaterThan(1);
  expect(
    words.map(({ buttons }) => buttons?.map(({ callback_data }) => callback_data)).filter(Boolean),
  ).toEqual([['/approve abcd2345', '/deny abcd2345']]);
});
