import type { Code, Nodes, RootContent, Table, TableRow } from 'mdast';
import { withoutJoints } from './cjk-emphasis.ts';
import { graphemesOf } from './graphemes.ts';
import { inlinePieces, joinPieces, literalPieces, type Piece, quality } from './pieces.ts';

/** The content of a block that has no blocks in it. */
export interface LeafContent {
  kind: 'paragraph' | 'heading' | 'other';
  /** Its source when it is not cut. */
  whole: string;
  pieces(): Piece[];
  /** The source of some of its pieces in order, a block of the same kind. */
  join(pieces: readonly Piece[]): string;
}

/** What a block holds; undefined for what nobody sees. */
export function contentOf(node: RootContent, source: string): LeafContent | undefined {
  switch (node.type) {
    case 'paragraph':
      return paragraph(node.children, source);
    case 'heading':
      return heading(paragraph(node.children, source), '#'.repeat(node.depth));
    case 'code':
      return code(node);
    case 'html':
      return { kind: 'other', whole: node.value, pieces: () => literalPieces(node.value), join: joinPieces };
    case 'table':
      return table(node, source);
    case 'thematicBreak':
      return { kind: 'other', whole: '___', pieces: () => [], join: () => '___' };
    default:
      return undefined;
  }
}

/** A line that would begin a block if it stood elsewhere, or at another depth. */
const lineLikeBlock = /(?:^|\n)[ \t>]*(?:[-+*](?:\s|$)|#{1,6}(?:\s|$)|[-=:|]|~~~|```|\d{1,9}[.)](?:\s|$))/;

function paragraph(nodes: readonly Nodes[], source: string): LeafContent {
  const own = inlineSource(nodes, source);
  const pieces = () => inlinePieces(nodes, source);
  const isSafe = !lineLikeBlock.test(own) && !nodes.some(refers);
  return {
    kind: 'paragraph',
    whole: isSafe ? withoutJoints(own) : joinPieces(pieces()),
    pieces,
    join: joinPieces,
  };
}

/** Whether a link's address stands elsewhere. */
function refers(node: Nodes): boolean {
  return 'identifier' in node || ('children' in node && node.children.some(refers));
}

function inlineSource(nodes: readonly Nodes[], source: string): string {
  const first = nodes[0]?.position?.start.offset ?? 0;
  const last = nodes.at(-1)?.position?.end.offset ?? first;
  return source.slice(first, last).replace(/\n[ \t>]*/g, '\n');
}

function heading({ whole, pieces, join }: LeafContent, mark: string): LeafContent {
  const marked = (text: string) => `${mark} ${text.replace(/\\?\n/g, ' ')}`;
  return { kind: 'heading', whole: marked(whole), pieces, join: (some) => marked(join(some)) };
}

/** Every part is fenced, with the language on it. */
function code({ lang, value }: Code): LeafContent {
  const longest = Math.max(2, ...(value.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const info = lang && lang.length <= 40 && !lang.includes('`') ? lang : '';
  const fenced = (text: string) => `${fence}${info}\n${text}${text === '' ? '' : '\n'}${fence}`;
  const pieces = () =>
    value.split('\n').map((line): Piece => {
      const parts = () => graphemesOf(line).map((source) => ({ ...codePiece, source, end: quality.within }));
      return {
        ...codePiece,
        source: `${line}\n`,
        end: line.trim() === '' ? quality.line : quality.sentence,
        parts,
      };
    });
  return {
    kind: 'other',
    whole: fenced(value),
    pieces,
    join: (some) =>
      fenced(
        some
          .map(({ source }) => source)
          .join('')
          .replace(/\n$/, ''),
      ),
  };
}

const codePiece = { kind: 'code', wraps: [] } as const;

/** Every part has the header; a row that is too long for one is told as text. */
function table({ children, align }: Table, source: string): LeafContent {
  const rows = children.map(
    (row): Piece => ({
      source: rowSource(row, source),
      end: quality.line,
      kind: 'row',
      wraps: [],
      parts: () => row.children.flatMap((cell) => [...inlinePieces(cell.children, source), blank]),
    }),
  );
  const [header] = rows;
  const columns = children[0]?.children ?? [];
  const rule = `|${columns.map((_, column) => ` ${ruleOf(align?.[column])} |`).join('')}`;
  const join = (some: readonly Piece[]): string => {
    if (some.some(({ kind }) => kind !== 'row')) {
      return joinPieces(some.flatMap((piece) => (piece.kind === 'row' ? (piece.parts?.() ?? []) : [piece])));
    }
    const lines = some.filter((row) => row !== header).map((row) => row.source);
    return [header?.source ?? '', rule, ...lines].join('\n');
  };
  return { kind: 'other', whole: join(rows), pieces: () => rows, join };
}

const blank: Piece = { source: '\n', end: quality.line, kind: 'text', wraps: [] };

function ruleOf(align: 'left' | 'right' | 'center' | null | undefined): string {
  return { left: ':--', right: '--:', center: ':-:', none: '---' }[align ?? 'none'];
}

function rowSource({ children }: TableRow, source: string): string {
  const cells = children.map(({ children }) =>
    children.some(refers)
      ? joinPieces(inlinePieces(children, source))
      : withoutJoints(inlineSource(children, source)),
  );
  return `|${cells.map((cell) => ` ${cell} |`).join('')}`;
}
