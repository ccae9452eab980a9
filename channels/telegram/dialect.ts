import { alignedTable, type Dialect, plainDialect } from '../markdown/index.ts';

/** Markdown as the HTML that Telegram takes (https://core.telegram.org/bots/api#html-style). */
export const telegramDialect: Dialect = {
  ...plainDialect,
  text: escaped,
  strong: (text) => `<b>${text}</b>`,
  emphasis: (text) => `<i>${text}</i>`,
  delete: (text) => `<s>${text}</s>`,
  inlineCode: (value) => `<code>${escaped(value)}</code>`,
  code: (value, language) =>
    language && /^[\w+#-]{1,30}$/.test(language)
      ? `<pre><code class="language-${language}">${escaped(value)}</code></pre>`
      : `<pre>${escaped(value)}</pre>`,
  link: ({ url, text }) => `<a href="${quoted(url)}">${text}</a>`,
  image: ({ url, text }) => `<a href="${quoted(url)}">${text || '🖼'}</a>`,
  heading: (text) => `<b>${text}</b>`,
  // Quotes cannot stand in quotes.
  quote: (text) =>
    text.includes('<blockquote>') ? plainDialect.quote(text) : `<blockquote>${text}</blockquote>`,
  table: (table) => `<pre>${escaped(alignedTable(table))}</pre>`,
};

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function quoted(url: string): string {
  return escaped(url).replaceAll('"', '&quot;');
}
