import { alignedTable, type Dialect, plainDialect } from '../markdown/index.ts';

/** Markdown as Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text). */
export const slackDialect: Dialect = {
  ...plainDialect,
  text: escaped,
  strong: (text) => marked('*', text),
  emphasis: (text) => marked('_', text),
  delete: (text) => marked('~', text),
  inlineCode: (value) => `\`${escaped(value).replaceAll('`', 'ˋ')}\``,
  code: (value) => fenced(escaped(value)),
  link: ({ url, plain }) => `<${urlIn(url)}|${escaped(plain).replaceAll('|', '¦')}>`,
  image: ({ url, plain }) => `<${urlIn(url)}|${escaped(plain || '🖼').replaceAll('|', '¦')}>`,
  heading: (text) => `*${text.replaceAll('*', '')}*`,
  quote: (text) => text.replace(/^/gm, '> '),
  table: (table) => fenced(escaped(alignedTable(table))),
};

/** What Slack gives a meaning: mentions of everybody included. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Marks have to stand against a letter, on each line. */
function marked(mark: string, text: string): string {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? line : `${mark}${line.trim()}${mark}`))
    .join('\n');
}

function fenced(text: string): string {
  return `\`\`\`\n${text.replaceAll('```', 'ˋˋˋ')}\n\`\`\``;
}

function urlIn(url: string): string {
  return url.replaceAll('|', '%7C').replaceAll('>', '%3E').replaceAll('<', '%3C');
}
