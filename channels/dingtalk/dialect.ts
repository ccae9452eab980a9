import { type Dialect, listedTable, plainDialect, renderMarkdown } from '../markdown/index.ts';

/**
 * What DingTalk's clients show of markdown: headings, quotes, bold, italics, links, pictures, lists and code; neither
 * tables nor struck-out words. https://open.dingtalk.com/document/development/robot-message-type
 */
const dialect: Dialect = {
  ...plainDialect,
  strong: (text) => `**${text}**`,
  emphasis: (text) => `*${text}*`,
  inlineCode: (value) => `\`${value}\``,
  code: (value, language = '') => `${fenceOf(value)}${language}\n${value}\n${fenceOf(value)}`,
  link: ({ url, text }) => `[${text || url}](${url})`,
  image: ({ url, text }) => `![${text}](${url})`,
  heading: (text, depth) => `${'#'.repeat(depth)} ${text}`,
  list: ({ items, start }) =>
    items
      .map(({ text, checked }, index) => {
        const mark = start === undefined ? '- ' : `${start + index}. `;
        const box = checked === undefined ? '' : checked ? '☑ ' : '☐ ';
        return mark + box + text.replace(/\n(?!\n)/g, `\n${' '.repeat(mark.length)}`);
      })
      .join('\n'),
  table: (table) => listedTable(table, { strong: (text) => `**${text}**`, bullet: '- ' }),
  thematicBreak: () => '---',
};

/** Markdown as DingTalk shows it. */
export function dingtalkMarkdown(markdown: string): string {
  return keepLineBreaks(renderMarkdown(markdown, dialect));
}

/** A line break counts only after two blanks, except within code. */
function keepLineBreaks(text: string): string {
  return text
    .split(/^(`{3,}[^\n]*\n[\s\S]*?\n`{3,})$/m)
    .map((part, index) => (index % 2 === 0 ? part.replace(/(\S)\n(?=[^\n])/g, '$1  \n') : part))
    .join('');
}

function fenceOf(value: string): string {
  const longest = Math.max(2, ...(value.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}
