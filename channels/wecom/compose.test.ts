import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../contracts/index.ts';
import { compose } from './compose.ts';

function messagesOf(change: Partial<Delivery>) {
  const delivery: Delivery = {
    key: 'k'.repeat(43),
    type: 'reply',
    account: 'wc',
    conversation: 'ada',
    replyTo: { user: 'ada' },
    runId: 'r'.repeat(26),
    text: '',
    final: true,
    ...change,
  };
  return compose(delivery).map(({ message }) => message);
}

function contentOf(message: ReturnType<typeof messagesOf>[number]): string {
  const { text, markdown } = message as { text?: { content: string }; markdown?: { content: string } };
  return text?.content ?? markdown?.content ?? '';
}

describe('compose', () => {
  it('says plain words as text, to whom it is for', () => {
    expect(messagesOf({ text: '你好，Ada' })).toEqual([{ msgtype: 'text', text: { content: '你好，Ada' } }]);
  });

  it('keeps of markdown what the platform shows, and makes the rest readable', () => {
    const [message] = messagesOf({
      text: '# Plan\n\n**Bold** and *soft* with `code` and [a link](https://example.com)\n\n- one\n- two\n\n> said',
    });
    expect(message?.msgtype).toBe('markdown');
    const content = contentOf(message ?? {});
    for (const part of [
      '# Plan',
      '**Bold** and soft',
      '`code`',
      '[a link](https://example.com)',
      '• one',
      '> said',
    ]) {
      expect(content).toContain(part);
    }
  });

  it.each([
    ['Chinese', '测试'.repeat(17_000)],
    ['emoji', '👩‍👩‍👧‍👦🙂'.repeat(3_000)],
    ['from right to left', 'שלום عالم '.repeat(6_000)],
    [
      'in paragraphs',
      Array.from({ length: 900 }, (_, index) => `${index} ${'word '.repeat(20)}`).join('\n\n'),
    ],
  ])('splits 100 KB that are %s by bytes, in order, and no character in two', (_, text) => {
    const contents = messagesOf({ text }).map(contentOf);
    for (const content of contents) {
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2_048);
      expect(content).not.toMatch(/\p{Surrogate}/u);
    }
    const isWhole = contents.join('').replace(/\s/g, '') === text.replace(/\s/g, '');
    expect(isWhole).toBe(true);
  });

  it('splits what grows when it is rendered', () => {
    const text = Array.from({ length: 500 }, () => '- a').join('\n');
    for (const message of messagesOf({ text })) {
      expect(Buffer.byteLength(contentOf(message))).toBeLessThanOrEqual(2_048);
    }
  });

  it('puts two buttons under an approval', () => {
    const messages = messagesOf({
      text: 'Delete it? /approve abcd2345',
      type: 'approval',
      approval: { id: 'abcd2345' },
    });
    expect(messages).toMatchObject([
      { msgtype: 'text' },
      {
        msgtype: 'template_card',
        template_card: {
          card_type: 'button_interaction',
          button_list: [{ key: 'approve:abcd2345:en' }, { key: 'deny:abcd2345:en' }],
        },
      },
    ]);
  });
});
