import { describe, expect, it } from 'vitest';
import { type Dialect, plainDialect } from './dialect.ts';
import { plainText, renderMarkdown } from './render.ts';
import { splitMarkdown } from './split.ts';
import { alignedTable, displayWidth, listedTable } from './table.ts';

/** Marks that cannot be mistaken for anything else. */
const marked: Dialect = {
  ...plainDialect,
  text: (value) => value.toUpperCase(),
  strong: (text) => `«${text}»`,
  emphasis: (text) => `‹${text}›`,
  delete: (text) => `÷${text}÷`,
  inlineCode: (value) => `<${value}>`,
  code: (value, language) => `<<${language ?? ''}:${value}>>`,
  link: ({ text, plain, url }) => `{${text}|${plain}|${url}}`,
  image: ({ text, url }) => `{!${text}|${url}}`,
  heading: (text, depth) => `${depth}=${text}`,
  quote: (text) => `"${text}"`,
  thematicBreak: () => '----',
};

describe('renderMarkdown', () => {
  it('hands every construct to the dialect, and all literal text to its escaping', () => {
    expect(renderMarkdown('# a *b*\n\n**c `d`** ~~e~~\n\n> f\n\n```ts\ng\n```\n\n***', marked)).toBe(
      '1=A ‹B›\n\n«C <d>» ÷E÷\n\n"F"\n\n<<ts:g>>\n\n----',
    );
    expect(renderMarkdown('[a *b*](http://c.d) ![e](https://f.g/h.png)', marked)).toBe(
      '{A ‹B›|a b|http://c.d} {!E|https://f.g/h.png}',
    );
  });

  it('shows raw HTML as text', () => {
    expect(renderMarkdown('<script>alert(1)</script>\n\na <b>c</b>', marked)).toBe(
      '<SCRIPT>ALERT(1)</SCRIPT>\n\nA <B>C</B>',
    );
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '/path',
    'tg://user?id=1',
    'slack://x',
  ])('does not lead to %s', (url) => {
    expect(renderMarkdown(`[text](${url}) ![picture](${url})`, marked)).toBe('TEXT PICTURE');
    expect(renderMarkdown(`[text][x]\n\n[x]: ${url}`, marked)).toBe('TEXT');
  });

  it('leads where a reference says, wherever in a long text that stands', () => {
    const filler = 'paragraph\n\n'.repeat(1_000);
    expect(renderMarkdown(`[a][x]\n\n${filler}[x]: http://b.c\n`, marked)).toContain('{A|a|http://b.c}');
  });

  it('tells one tilde from two, and shows notes as they are written', () => {
    expect(renderMarkdown('3~5 days, 7~9 days [^1]\n\n[^1]: note', marked)).toBe(
      '3~5 DAYS, 7~9 DAYS [^1]\n\n[^1]: NOTE',
    );
  });

  it('sees emphasis where Chinese punctuation stands at its border', () => {
    expect(renderMarkdown('**重点：**下一句，请看**“这个”**吧', marked)).toBe(
      '«重点：»下一句，请看«“这个”»吧',
    );
    expect(
      renderMarkdown('`**a：**b` <b title="**a：**b">\n\n- ```\n  **a：**b\n  ```', marked),
    ).not.toContain('8291');
  });

  it('keeps lists in their depth, numbers and boxes', () => {
    expect(plainText('- a\n  - b\n- [x] c\n- [ ] d')).toBe('• a\n  ◦ b\n• ☑ c\n• ☐ d');
    expect(plainText('7. a\n8. b\n\n   c')).toBe('7. a\n\n8. b\n\n  c');
  });

  it('keeps a code block of any length in one piece', () => {
    const code = Array.from({ length: 5_000 }, (_, line) => `line ${line}`).join('\n');
    expect(renderMarkdown(`\`\`\`\n${code}\n\`\`\``, marked)).toBe(`<<:${code}>>`);
  });

  it('keeps a long table a table', () => {
    const rows = Array.from({ length: 1_000 }, (_, row) => `| r${row} | ${row} |`).join('\n');
    const cells: string[] = [];
    const counting: Dialect = {
      ...marked,
      table: ({ rows }) => {
        cells.push(...rows.map(([first]) => first?.plain ?? ''));
        return '';
      },
    };
    expect(renderMarkdown(`| a | b |\n|---|---|\n${rows}`, counting)).toBe('');
    expect(cells).toEqual(Array.from({ length: 1_000 }, (_, row) => `r${row}`));
  });
});

describe('plainText', () => {
  it('leaves no markup and names the address of a link once', () => {
    expect(plainText('**a** [b](http://c.d) <http://e.f> http://g.h ![i](http://j.k)')).toBe(
      'a b (http://c.d) http://e.f http://g.h i (http://j.k)',
    );
  });
});

describe('tables', () => {
  const cell = (plain: string) => ({ plain, rendered: `*${plain}*` });
  const table = {
    header: [cell('名字'), cell('n')],
    rows: [
      [cell('a'), cell('10')],
      [cell('你好👍'), cell('2')],
    ],
    align: [null, 'right'] as const,
  };

  it('counts two columns for Chinese, Japanese, Korean and emoji', () => {
    expect(displayWidth('a汉か한👍👨‍👩‍👧é')).toBe(1 + 2 + 2 + 2 + 2 + 2 + 1);
  });

  it('are aligned by what is seen', () => {
    expect(alignedTable(table)).toBe('名字   |   n\n-------|----\na      |  10\n你好👍 |   2');
  });

  it('become lists that name each cell', () => {
    expect(listedTable(table, { strong: (text) => `<b>${text}</b>` })).toBe(
      '<b>*a*</b>\n• *n*: *10*\n\n<b>*你好👍*</b>\n• *n*: *2*',
    );
  });
});

describe('hostile markdown', () => {
  const length = 100_000;
  const filled = (text: string) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
  it.each([
    ['brackets', filled('[')],
    ['links that never end', filled('[a](')],
    ['nested brackets', filled('[').slice(length / 2) + filled(']').slice(length / 2)],
    ['nested quotes', filled('>')],
    ['nested lists', filled('- ')],
    ['nested numbers', filled('1. ')],
    ['emphasis that never ends', filled('**a*_')],
    ['a run of stars', `${filled('*').slice(length / 2)}a${filled('*').slice(length / 2)}`],
    ['back-ticks', filled('`` ` ')],
    ['comments that never end', filled('<!--')],
    ['escapes', filled('\\')],
    ['pipes', filled('|')],
    ['one character with 100,000 marks', `a${filled('\u0301')}`],
    ['one word', filled('x')],
    ['one line of code', `\`\`\`\n${filled('x')}`],
  ])('of 100 KB is split and rendered within seconds: %s', (_, markdown) => {
    const started = performance.now();
    const parts = splitMarkdown(markdown, 4_096);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(4_096);
      plainText(part);
    }
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
