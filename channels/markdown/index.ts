/**
 * Markdown on its way to a platform: what models write (GitHub flavoured), split into messages of a platform's size and
 * put into its dialect. Every part of a split text is markdown in its own right, so split first, then render each part.
 * Time is bounded whatever the text is: hostile markdown is shown as the text that it is.
 */
export {
  type Dialect,
  type LinkOf,
  type ListItem,
  type ListOf,
  plainDialect,
} from './dialect.ts';
export { plainText, renderMarkdown } from './render.ts';
export { type Measure, splitMarkdown, utf8Bytes } from './split.ts';
export { alignedTable, displayWidth, listedTable, type Table, type TableCell } from './table.ts';
