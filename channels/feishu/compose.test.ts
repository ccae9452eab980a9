import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../contracts/index.ts';
import { compose, type Words } from './compose.ts';

const delivery: Delivery = {
  key: 'k'.repeat(43),
  type: 'reply',
  account: 'fs',
  conversation: 'oc_1',
  replyTo: { chat: 'oc_1', message: 'om_1' },
  runId: 'a'.repeat(26),
  text: 'Done.',
  final: true,
};

const said = (change: Partial<Delivery>) => compose({ ...delivery, ...change });
const contentOf = ({ content }: Words) => JSON.parse(content);
/** What is shown of a rich text or card. */
const shown = (words: Words): string => {
  const content = contentOf(words);
  return content.text ?? content.zh_cn?.content[0][0].text ?? content.body.elements[0].content;
};
const only = (words: Words[]): Words => {
  const [first, ...rest] = words;
  if (!first || rest.length > 0) throw new Error(`${words.length} messages`);
  return first;
};

describe('a reply', () => {
  it('without markup is a text, in answer to its message', () => {
    expect(only(said({}))).toEqual({
      to: { chat: 'oc_1', message: 'om_1' },
      type: 'text',
      content: '{"text":"Done."}',
    });
  });

  it('with markup is rich text in the dialect of the platform', () => {
    const text = [
      '# Plan',
      '**Two** *steps*, ~~three~~, with `code` and [a link](https://example.com/a_(b)).',
      '1. first\n   - nested\n2. second',
      '- [x] done\n- [ ] open',
      '> quoted',
      '```ts\nconst a = "`";\n```',
      '---',
      '![chart](https://example.com/c.png)',
    ].join('\n\n');
    const words = only(said({ text }));
    expect(words.type).toBe('post');
    expect(shown(words)).toBe(
      [
        '#### Plan',
        '**Two** *steps*, ~~three~~, with `code` and [a link](https://example.com/a_%28b%29).',
        '1. first\n    - nested\n2. second',
        '- ☑ done\n- ☐ open',
        '> quoted',
        '```ts\nconst a = "`";\n```',
        '---',
        '[chart](https://example.com/c.png)',
      ].join('\n\n'),
    );
  });

  it('draws a table where it fits a phone, and lists its rows where it does not', () => {
    const narrow = shown(only(said({ text: '| 城市 | n |\n|---|---|\n| 上海 | 12 |' })));
    expect(narrow).toBe('```\n城市 | n\n-----|----\n上海 | 12\n```');
    const wide = shown(
      only(said({ text: `| a | b |\n|---|---|\n| ${'x'.repeat(40)} | ${'y'.repeat(40)} |` })),
    );
    expect(wide).toBe(`**${'x'.repeat(40)}**\n- b: ${'y'.repeat(40)}`);
  });

  it.each([
    '<at user_id="all"></at> look',
    '<AT id=all></AT>',
    '< at user_id="ou_x">',
    '`<at id=all>`',
    '```\n<at id=all></at>\n```',
    '| a |\n|---|\n| <at id=all></at> |',
    '**<person id="ou_1">**',
  ])('cannot mention anybody by itself: %s', (text) => {
    const words = only(said({ text }));
    expect(words.type).toBe('post');
    expect(shown(words)).not.toMatch(/<\s*\/?\s*(at|person)/i);
  });

  it('mentions the asker in a group', () => {
    const asker = { id: 'ou_ada' };
    expect(shown(only(said({ asker })))).toBe('<at user_id="ou_ada"></at> Done.');
    expect(shown(only(said({ asker, text: '**Done.**' })))).toBe('<at user_id="ou_ada"></at> **Done.**');
    expect(shown(only(said({ asker, text: '- one\n- two' })))).toBe(
      '<at user_id="ou_ada"></at>\n\n- one\n- two',
    );
  });

  it('of 100 KB comes in several messages that the platform takes, in order and whole', () => {
    const paragraph = '你好 🙂 "quoted" שלום עולם \\ **bold**. ';
    const text = Array.from({ length: 2_000 }, (_, index) => `${index} ${paragraph}`).join('\n\n');
    expect(Buffer.byteLength(text)).toBeGreaterThan(100_000);
    const messages = said({ text, asker: { id: 'ou_ada' } });
    expect(messages.length).toBeGreaterThan(3);
    for (const { content } of messages) {
      const request = JSON.stringify({ msg_type: 'post', content, uuid: 'u'.repeat(50), receive_id: 'oc_1' });
      expect(Buffer.byteLength(request)).toBeLessThanOrEqual(30 * 1_024);
      expect(/\p{Surrogate}/u.test(content)).toBe(false);
    }
    const numbers = messages.flatMap((words) =>
      [...shown(words).matchAll(/(?:^|\n|\s)(\d+) 你好/g)].map(([, n]) => Number(n)),
    );
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, index) => index));
    expect(messages.filter((words) => shown(words).includes('ou_ada'))).toHaveLength(1);
    // Only the first quotes what it answers.
    expect(messages.map(({ to }) => to.message)).toEqual(['om_1', ...messages.slice(1).map(() => undefined)]);
  });

  it('stays in its thread with all of its messages', () => {
    const replyTo = { chat: 'oc_1', message: 'om_1', thread: true, group: true, topic: 'om_0' };
    const messages = said({ replyTo, text: 'word '.repeat(20_000) });
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.every(({ to }) => to.message === 'om_1' && to.thread)).toBe(true);
  });

  it('has no broken characters where a text without blanks is split', () => {
    const messages = said({ text: '🙂'.repeat(20_000) });
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.some(({ content }) => /\p{Surrogate}/u.test(content))).toBe(false);
    expect(messages.map(shown).join('').replace(/\s/g, '')).toHaveLength(40_000);
  });

  it('is split again where a drawn table has grown', () => {
    const rows = Array.from(
      { length: 600 },
      (_, index) => `| ${index === 0 ? 'x'.repeat(45) : ''} | ${index} |`,
    );
    const messages = said({ text: ['| a | b |', '|---|---|', ...rows].join('\n') });
    for (const { content } of messages) {
      expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(29_000);
    }
  });
});

describe('progress', () => {
  it('is a card that can be changed, and later takes its own place', () => {
    const first = only(said({ type: 'progress', text: 'Working on **it**', final: false }));
    expect(first.type).toBe('interactive');
    expect(contentOf(first)).toMatchObject({
      schema: '2.0',
      config: { update_multi: true, summary: { content: 'Working on it' } },
      body: { elements: [{ tag: 'markdown', content: 'Working on **it**' }] },
    });
    expect(only(said({ type: 'progress', text: 'Half', final: false, edits: 'om_card' })).edits).toBe(
      'om_card',
    );
  });

  it('is one card however long it is', () => {
    const words = only(
      said({ type: 'progress', text: 'word '.repeat(20_000), final: false, edits: 'om_card' }),
    );
    expect(Buffer.byteLength(JSON.stringify(words.content))).toBeLessThan(29_000);
  });
});

describe('an approval', () => {
  const approval: Partial<Delivery> = {
    type: 'approval',
    text: 'Send the mail?\n\n/approve abcd2345',
    final: false,
    approval: { id: 'abcd2345' },
  };

  it('is a card with two buttons that say what was decided and where', () => {
    const replyTo = { chat: 'oc_1', message: 'om_1', thread: true, group: true, topic: 'om_0' };
    const card = contentOf(only(said({ ...approval, replyTo, language: 'zh' })));
    const buttons = card.body.elements[1].columns.map((column: { elements: object[] }) => column.elements[0]);
    const value = { approval: 'abcd2345', language: 'zh', group: true, thread: true, topic: 'om_0' };
    expect(buttons).toMatchObject([
      {
        tag: 'button',
        text: { content: '批准' },
        behaviors: [{ type: 'callback', value: { ...value, decision: 'approve' } }],
      },
      {
        tag: 'button',
        text: { content: '拒绝' },
        behaviors: [{ type: 'callback', value: { ...value, decision: 'deny' } }],
      },
    ]);
  });

  it('is in the language of its text where it has no other', () => {
    const labels = (text: string) =>
      contentOf(only(said({ ...approval, text }))).body.elements[1].columns.map(
        (column: { elements: { text: { content: string } }[] }) => column.elements[0]?.text.content,
      );
    expect(labels('May I?')).toEqual(['Approve', 'Deny']);
    expect(labels('可以吗？')).toEqual(['批准', '拒绝']);
  });

  it('that is long has its buttons below its end', () => {
    const messages = said({ ...approval, text: `${'word '.repeat(20_000)}\n\n/approve abcd2345` });
    expect(messages.map(({ type }) => type).slice(0, -1)).not.toContain('interactive');
    expect(messages.at(-1)?.type).toBe('interactive');
  });
});
