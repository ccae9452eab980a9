import { type Dialect, plainDialect } from '../markdown/index.ts';

/**
 * The markdown of apps has headings, bold, links, inline code and quotes; no lists, tables, pictures or blocks of code,
 * and no escapes: https://developer.work.weixin.qq.com/document/path/90236
 */
export const appDialect: Dialect = {
  ...plainDialect,
  strong: (text) => `**${text}**`,
  inlineCode: (value) => `\`${value}\``,
  heading: (text, depth) => `${'#'.repeat(depth)} ${text}`,
  link: ({ url, plain }) => `[${plain}](${url})`,
};
