import { alignedTable, type Table } from './table.ts';

/** An item of a list, its content rendered. */
export interface ListItem {
  text: string;
  /** Of a task. */
  checked?: boolean;
}

export interface ListOf {
  items: ListItem[];
  /** The number of the first item; absent where they have none. */
  start?: number;
  /** How many lists it is in. */
  depth: number;
  /** Whether blank lines stand between the items. */
  spread: boolean;
}

/** A link or picture that may be followed: `url` begins with http:, https:, mailto: or tel:. */
export interface LinkOf {
  url: string;
  /** Rendered; of a picture its description. */
  text: string;
  /** The same without any markup. */
  plain: string;
}

/**
 * How a platform writes each construct. Arguments named `text` are rendered already, those named `value` are as they
 * are read and have to be escaped. A dialect is `plainDialect` with what the platform has.
 */
export interface Dialect {
  /** Literal text, raw HTML too. */
  text(value: string): string;
  strong(text: string): string;
  emphasis(text: string): string;
  delete(text: string): string;
  inlineCode(value: string): string;
  code(value: string, language: string | undefined): string;
  link(link: LinkOf): string;
  image(image: LinkOf): string;
  heading(text: string, depth: number): string;
  list(list: ListOf): string;
  quote(text: string): string;
  table(table: Table): string;
  thematicBreak(): string;
}

const same = (text: string): string => text;

/** No markup at all, readable all the same. */
export const plainDialect: Dialect = {
  text: same,
  strong: same,
  emphasis: same,
  delete: same,
  inlineCode: same,
  code: same,
  link: ({ url, text, plain }) => (plain === url || `mailto:${plain}` === url ? text : `${text} (${url})`),
  image: ({ url, text }) => (text === '' ? url : `${text} (${url})`),
  heading: same,
  list: ({ items, start, depth, spread }) =>
    items
      .map(({ text, checked }, index) => {
        const mark = start === undefined ? (depth % 2 === 0 ? '•' : '◦') : `${start + index}.`;
        const box = checked === undefined ? '' : checked ? '☑ ' : '☐ ';
        return `${mark} ${box}${indented(text)}`;
      })
      .join(spread ? '\n\n' : '\n'),
  quote: (text) => text.replace(/^/gm, '> ').replace(/^> $/gm, '>'),
  table: alignedTable,
  thematicBreak: () => '———',
};

/** Lines after the first stand under it. */
function indented(text: string): string {
  return text.replace(/\n(?!\n)/g, '\n  ');
}
