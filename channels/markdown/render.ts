import type { List, Nodes, PhrasingContent, RootContent, Table, TableRow } from 'mdast';
import { type Dialect, type LinkOf, plainDialect } from './dialect.ts';
import { parseMarkdown } from './parse.ts';
import type { TableCell } from './table.ts';

/** What may be followed; anything else (javascript:, data:, a path) is shown by its text alone. */
const followed = /^(?:https?:\/\/|mailto:|tel:)[^\s<>"]+$/i;

/** Markdown in a platform's dialect. Raw HTML is text, and links lead to web, mail and telephone only. */
export function renderMarkdown(markdown: string, dialect: Dialect): string {
  const nodes: RootContent[] = [];
  for (const { node, goesOn } of parseMarkdown(markdown)) {
    const last = nodes.at(-1);
    if (goesOn && node.type === 'table' && last?.type === 'table') {
      nodes[nodes.length - 1] = { ...last, children: [...last.children, ...node.children.slice(1)] };
    } else nodes.push(node);
  }
  return blocks(nodes, dialect, { depth: 0, separator: '\n\n' });
}

/** Markdown without markup: what a person reads. */
export function plainText(markdown: string): string {
  return renderMarkdown(markdown, plainDialect);
}

interface Place {
  /** How many lists it is in. */
  depth: number;
  separator: string;
}

function blocks(nodes: readonly Nodes[], dialect: Dialect, place: Place): string {
  return nodes
    .map((node) => block(node, dialect, place))
    .filter((text) => text !== '')
    .join(place.separator);
}

function block(node: Nodes, dialect: Dialect, place: Place): string {
  switch (node.type) {
    case 'heading':
      return dialect.heading(inline(node.children, dialect), node.depth);
    case 'code':
      return dialect.code(node.value, node.lang ?? undefined);
    case 'html':
      return dialect.text(node.value);
    case 'blockquote':
      return dialect.quote(blocks(node.children, dialect, { ...place, separator: '\n\n' }));
    case 'list':
      return list(node, dialect, place.depth);
    case 'table':
      return table(node, dialect);
    case 'thematicBreak':
      return dialect.thematicBreak();
    case 'definition':
      return '';
    default:
      return 'children' in node ? inline(node.children, dialect) : '';
  }
}

function list({ children, ordered, start, spread }: List, dialect: Dialect, depth: number): string {
  const isSpread = spread === true || children.some((item) => item.spread === true);
  const place = { depth: depth + 1, separator: isSpread ? '\n\n' : '\n' };
  return dialect.list({
    items: children.map(({ children, checked }) => ({
      text: blocks(children, dialect, place),
      ...(typeof checked === 'boolean' ? { checked } : {}),
    })),
    ...(ordered ? { start: start ?? 1 } : {}),
    depth,
    spread: isSpread,
  });
}

function table({ children, align }: Table, dialect: Dialect): string {
  const [header = [], ...rows] = children.map((row) => cells(row, dialect));
  return dialect.table({ header, rows, align: header.map((_, column) => align?.[column] ?? null) });
}

function cells({ children }: TableRow, dialect: Dialect): TableCell[] {
  return children.map(({ children }) => ({ rendered: inline(children, dialect), plain: plain(children) }));
}

function inline(nodes: readonly (PhrasingContent | RootContent | Nodes)[], dialect: Dialect): string {
  return nodes.map((node) => phrase(node, dialect)).join('');
}

function phrase(node: Nodes, dialect: Dialect): string {
  switch (node.type) {
    case 'text':
      return dialect.text(node.value);
    case 'strong':
      return dialect.strong(inline(node.children, dialect));
    case 'emphasis':
      return dialect.emphasis(inline(node.children, dialect));
    case 'delete':
      return dialect.delete(inline(node.children, dialect));
    case 'inlineCode':
      return dialect.inlineCode(node.value);
    case 'html':
      return dialect.text(node.value);
    case 'break':
      return '\n';
    case 'link':
      return link(
        { url: node.url, text: inline(node.children, dialect), plain: plain(node.children) },
        dialect,
      );
    case 'image':
      return image({ url: node.url, text: dialect.text(node.alt ?? ''), plain: node.alt ?? '' }, dialect);
    default:
      return 'children' in node ? inline(node.children, dialect) : '';
  }
}

function link(given: LinkOf, dialect: Dialect): string {
  return followed.test(given.url) ? dialect.link(given) : given.text;
}

function image(given: LinkOf, dialect: Dialect): string {
  return followed.test(given.url) ? dialect.image(given) : given.text;
}

function plain(nodes: readonly Nodes[]): string {
  return inline(nodes, { ...plainDialect, link: ({ text }) => text, image: ({ text }) => text });
}
