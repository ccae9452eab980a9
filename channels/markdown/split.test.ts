import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dialect, plainDialect } from './dialect.ts';
import { renderMarkdown } from './render.ts';
import { splitMarkdown, utf8Bytes } from './split.ts';

/** What a reader sees, and nothing that a platform adds. */
const visibleDialect: Dialect = {
  ...plainDialect,
  link: ({ text }) => text,
  image: ({ text }) => text,
  list: ({ items }) => items.map(({ text }) => text).join('\n'),
  quote: (text) => text,
  table: ({ header, rows }) =>
    [header, ...rows].map((cells) => cells.map(({ rendered }) => rendered).join(' ')).join('\n'),
  thematicBreak: () => '',
};

function visible(markdown: string): string {
  return renderMarkdown(markdown, visibleDialect).replace(/\s/g, '');
}

function joined(parts: string[]): string {
  return parts.map(visible).join('');
}

function expectWhole(markdown: string, limit: number): string[] {
  const parts = splitMarkdown(markdown, limit);
  expect(joined(parts)).toBe(visible(markdown));
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(limit);
  return parts;
}

describe('splitMarkdown', () => {
  it('leaves a text that fits as it is', () => {
    expect(splitMarkdown('  *a*\n\n\n- b', 100)).toEqual(['  *a*\n\n\n- b']);
    expect(splitMarkdown(' \n', 100)).toEqual([]);
  });

  it('splits between blocks before it splits lines, sentences or words', () => {
    expect(splitMarkdown('One two. Three\nfour\n\nfive six', 24)).toEqual([
      'One two. Three\nfour',
      'five six',
    ]);
    expect(splitMarkdown('One two. Three\nfour five', 20)).toEqual(['One two. Three', 'four five']);
    expect(splitMarkdown('One and two. Three four five', 20)).toEqual(['One and two.', 'Three four five']);
    expect(splitMarkdown('one two three four', 10)).toEqual(['one two', 'three four']);
    expect(splitMarkdown('今天天气很好。我们去公园散步吧', 10)).toEqual([
      '今天天气很好。',
      '我们去公园散步吧',
    ]);
  });

  it('keeps a heading with what it is over', () => {
    expect(splitMarkdown('first paragraph\n\n# Head\n\nsecond paragraph', 30)).toEqual([
      'first paragraph',
      '# Head\n\nsecond paragraph',
    ]);
  });

  it('closes and opens again what surrounds a cut', () => {
    expect(splitMarkdown('**one *two three* four**', 16)).toEqual(['**one *two***', '***three* four**']);
    expect(splitMarkdown('[one two](http://a.b)', 18)).toEqual(['[one](http://a.b)', '[two](http://a.b)']);
    expect(splitMarkdown('> one two three', 10)).toEqual(['> one two', '> three']);
  });

  it('fences both parts of a long block of code, with its language', () => {
    const code = '```ts\nlet a = 1;\nlet b = a + 1;\n\nlet c = 3;\n```';
    expect(splitMarkdown(code, 44)).toEqual([
      '```ts\nlet a = 1;\nlet b = a + 1;\n\n```',
      '```ts\nlet c = 3;\n```',
    ]);
  });

  it('keeps links and spans of code whole where they fit', () => {
    expect(splitMarkdown('see [a long one](http://a.b/c) and `a b c d`', 30)).toEqual([
      'see [a long one](http://a.b/c)',
      'and `a b c d`',
    ]);
  });

  it('gives every part of a table its header', () => {
    const table = '| a | b |\n|:--|--:|\n| 1 | 2 |\n| 3 | 4 |';
    expect(splitMarkdown(table, 36)).toEqual([
      '| a | b |\n| :-- | --: |\n| 1 | 2 |',
      '| a | b |\n| :-- | --: |\n| 3 | 4 |',
    ]);
  });

  it('goes on in a list with the right number and depth', () => {
    expect(splitMarkdown('3. one\n4. two\n   - deep\n5. three', 18)).toEqual([
      '3. one\n4. two',
      '- deep\n\n5. three',
    ]);
  });

  it('does not make a list, heading or address of what was none before the cut', () => {
    expectWhole('aaaa bbbb - cc dd 1. ee ff # gg [x]: http://y', 12);
    expectWhole('aaaa > bb + cc = dd\naaaa 2) bbbb === | cc | dd', 10);
  });

  it('resolves addresses that stand elsewhere', () => {
    const parts = splitMarkdown('one [two][x] three\n\nfour\n\n[x]: http://a.b/c', 30);
    expect(parts.join('\n\n')).toContain('(<http://a.b/c>)');
  });

  it.each([
    ['emoji', '👨‍👩‍👧‍👦🇨🇳👍🏽'.repeat(20), 30],
    ['right-to-left text', 'שָׁלוֹם עֲלֵיכֶם مَرْحَبًا '.repeat(20), 21],
    ['Chinese', '汉字、標點。“引号”'.repeat(20), 13],
  ])('cuts %s between characters as a person counts them', (_, text, limit) => {
    const characters = (given: string) =>
      Array.from(
        new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(given),
        ({ segment }) => segment,
      );
    const parts = expectWhole(text, limit);
    expect(parts.flatMap(characters).filter((c) => c.trim())).toEqual(
      characters(text).filter((c) => c.trim()),
    );
    for (const part of parts) expect(part).not.toMatch(/\p{Surrogate}/u);
  });

  it('measures as it is told to', () => {
    const parts = splitMarkdown('汉字汉字汉字 abc', 9, utf8Bytes);
    expect(parts).toEqual(['汉字汉', '字汉字', 'abc']);
    const rendered = (part: string) => `<b>${part}</b>`.length;
    expect(splitMarkdown('one two three', 12, rendered)).toEqual(['one', 'two', 'three']);
  });

  it('takes something at every cut, even if nothing fits', () => {
    expect(splitMarkdown('👍👍', 1)).toEqual(['👍', '👍']);
    expect(joined(splitMarkdown('```\nabc\n```\n\n| a |\n|---|\n| b |', 3))).toBe('abcab');
  });

  const inline = fc.constantFrom(
    'word ',
    '**bold text** ',
    '*em* ',
    '_it_',
    '`co de`',
    '[li nk](http://x.y/z) ',
    '~~gone~~ ',
    '汉字。',
    '👩‍🚀',
    ' - ',
    '* ',
    '1. ',
    '# ',
    '\n',
    '\n> ',
    '\n- ',
    '\n  - ',
    '\n\n',
    '\n10. ',
    '\n```js\n',
    '\n```\n',
    '\n| Ⓐ | Ⓑ |\n|---|---|\n| c | d |\n',
    '<b>',
    '&amp;',
    '\\*',
    '**',
    '*',
    '`',
    '[',
    ']',
    '(',
    '!',
    '|',
    '  \n',
    '\\\n',
    '\t',
    '    ',
    'שלום ',
    '\n***\n',
    '===\n',
    '[x]: http://q\n',
    '[x]',
    '**重点：**后',
  );

  it('keeps all that is seen, in order, in parts that fit', () => {
    fc.assert(
      fc.property(
        fc.array(inline, { maxLength: 40 }).map((all) => all.join('')),
        fc.integer({ min: 40, max: 120 }),
        (markdown, limit) => {
          const parts = splitMarkdown(markdown, limit);
          const withoutHeaders = (text: string) => text.replace(/ⒶⒷ/g, '');
          expect(withoutHeaders(joined(parts))).toBe(withoutHeaders(visible(markdown)));
          for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 300 },
    );
  });
});
