import { alignedTable, type Dialect, displayWidth, listedTable, plainDialect } from '../markdown/index.ts';

/** Columns of a fixed-width font that a phone shows without breaking lines. */
const tableColumns = 36;

/** Markdown as Telegram's HTML (https://core.telegram.org/bots/api#html-style). */
export const telegramDialect: Dialect = {
  ...plainDialect,
  text: escaped,
  strong: (text) => tagged('b', text),
  emphasis: (text) => tagged('i', text),
  delete: (text) => tagged('s', text),
  inlineCode: (value) => tagged('code', escaped(value)),
  code: (value, language) => {
    const known = language?.replace(/[^\w+#.-]/g, '');
    return known
      ? `<pre><code class="language-${known}">${escaped(value)}</code></pre>`
      : tagged('pre', escaped(value));
  },
  link: ({ url, text, plain }) => linked(url, plain.trim() === '' ? escaped(url) : text),
  image: ({ url, text }) => linked(url, text.trim() === '' ? '🖼' : text),
  heading: (text) => tagged('b', text.replace(/<\/?b>/g, '')),
  // Quotes cannot stand in quotes.
  quote: (text) => `<blockquote>${text.replace(/<\/?blockquote>/g, '')}</blockquote>`,
  table: (table) => {
    const drawn = alignedTable(table);
    return Math.max(...drawn.split('\n').map(displayWidth)) > tableColumns
      ? listedTable(table, { strong: (text) => tagged('b', text) })
      : tagged('pre', escaped(drawn));
  },
};

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function linked(url: string, html: string): string {
  return `<a href="${escaped(url).replaceAll('"', '&quot;')}">${html}</a>`;
}

/** What a reader sees of it, in the UTF-16 units that Telegram counts. */
export function visibleLength(html: string): number {
  return html.replace(/<[^>]*>/g, '').replace(/&(?:amp|lt|gt|quot);/g, ' ').length;
}

function tagged(tag: string, html: string): string {
  return `<${tag}>${html}</${tag}>`;
}
