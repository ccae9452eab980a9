import { alignedTable, type Dialect, displayWidth, listedTable, plainDialect } from '../markdown/index.ts';

/** Columns of a fixed-width font that a phone shows without breaking lines. */
const tableColumns = 60;

/**
 * Markdown as rich texts and cards show it. Headings above the fourth level are huge there; tables are drawn, because
 * rich texts have none.
 * https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text
 */
export const feishuDialect: Dialect = {
  ...plainDialect,
  text: withoutTags,
  strong: (text) => `**${text}**`,
  emphasis: (text) => `*${text}*`,
  delete: (text) => `~~${text}~~`,
  inlineCode: (value) => (value.includes('`') ? withoutTags(value) : `\`${withoutTags(value)}\``),
  code: (value, language = '') => fenced(withoutTags(value), language),
  link: ({ url, text }) => `[${text}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
  image: ({ url, text }) => `[${text || '🖼'}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
  heading: (text, depth) => `${depth <= 2 ? '####' : '#####'} ${text}`,
  list: ({ items, start, spread }) =>
    items
      .map(({ text, checked }, index) => {
        const mark = start === undefined ? '-' : `${start + index}.`;
        const box = checked === undefined ? '' : checked ? '☑ ' : '☐ ';
        return `${mark} ${box}${text.replace(/\n(?!\n)/g, '\n    ')}`;
      })
      .join(spread ? '\n\n' : '\n'),
  table: (table) => {
    const drawn = alignedTable(table);
    const width = Math.max(...drawn.split('\n').map(displayWidth));
    return width > tableColumns
      ? listedTable(table, { strong: (text) => `**${text}**`, bullet: '- ' })
      : fenced(withoutTags(drawn), '');
  },
  thematicBreak: () => '---',
};

/** Tags by which a text would mention people: a model must not call everybody. */
function withoutTags(text: string): string {
  return text.replace(/<(?=\s*\/?\s*(?:at|person)\b)/gi, '<\u200B');
}

function fenced(value: string, language: string): string {
  const longest = Math.max(2, ...[...value.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${value}\n${fence}`;
}
