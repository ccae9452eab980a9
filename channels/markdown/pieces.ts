import type { Nodes } from 'mdast';
import { withoutJoints } from './cjk-emphasis.ts';
import { escapeLineStart, escapeSource, escapeValue, textToken } from './escape.ts';
import { charactersOf, graphemesOf } from './graphemes.ts';

/** What surrounds a piece of text: the marks of an emphasis, a link, a span of code. */
interface Wrap {
  open: string;
  close: string;
}

/** How well a text may end after a piece: the lower the better. */
export const quality = { line: 1, sentence: 2, word: 3, within: 4 } as const;

/** The smallest stretch that a text is cut into, unless even that is too long. */
export interface Piece {
  source: string;
  end: (typeof quality)[keyof typeof quality];
  wraps: readonly Wrap[];
  /** Code is no text to escape; a whole is a link or the like; a row is one of a table. */
  kind: 'text' | 'code' | 'whole' | 'row';
  /** What it is cut into when it is too long. */
  parts?: () => Piece[];
}

/** The pieces of a paragraph's or heading's inline content. */
export function inlinePieces(nodes: readonly Nodes[], source: string, wraps: readonly Wrap[] = []): Piece[] {
  return nodes.flatMap((node) => piecesOf(node, source, wraps));
}

/** The pieces of a text that stands for itself. */
export function literalPieces(value: string): Piece[] {
  return textPieces(escapeValue(value), []);
}

function piecesOf(node: Nodes, source: string, wraps: readonly Wrap[]): Piece[] {
  const own = sourceOf(node, source);
  switch (node.type) {
    case 'text':
    case 'html':
      return textPieces(node.type === 'html' ? escapeValue(node.value) : escapeSource(own), wraps);
    case 'break':
      return [{ source: own.endsWith('\n') ? own : `${own}\n`, end: quality.line, wraps, kind: 'text' }];
    case 'inlineCode':
      return [whole(own, wraps, () => codePieces(node.value, own, wraps))];
    case 'link': {
      const wrap = wrapOf(node, source);
      const address = `](<${node.url.replace(/[<>\\\n]/g, encodeURIComponent)}>)`;
      if (wrap.open !== '[') return [whole(own, wraps, () => textPieces(escapeValue(own), wraps))];
      const mended = wrap.close.startsWith('](')
        ? own
        : `${own.slice(0, own.length - wrap.close.length)}${address}`;
      const linked = { open: '[', close: wrap.close.startsWith('](') ? wrap.close : address };
      return [whole(mended, wraps, () => inlinePieces(node.children, source, [...wraps, linked]))];
    }
    case 'image':
      return [
        whole(own.endsWith(')') ? own : `![${escapeValue(node.alt ?? '')}](<${node.url}>)`, wraps, () =>
          textPieces(escapeValue(`${node.alt ?? ''} ${node.url}`), wraps),
        ),
      ];
    default: {
      if (!('children' in node)) return [];
      const wrap = wrapOf(node, source);
      const isNested = wraps.some(({ open }) => open === wrap.open && open.startsWith('~'));
      return inlinePieces(node.children, source, isNested ? wraps : [...wraps, wrap]);
    }
  }
}

/** What stands in the source for a node, the marks of the quotes that it is in taken from its later lines. */
export function sourceOf({ position }: Nodes, source: string): string {
  return source.slice(position?.start.offset ?? 0, position?.end.offset ?? 0).replace(/\n[ \t>]*/g, '\n');
}

function wrapOf(node: Extract<Nodes, { children: unknown[] }>, source: string): Wrap {
  const first = node.children[0]?.position?.start.offset ?? 0;
  const last = node.children.at(-1)?.position?.end.offset ?? 0;
  return {
    open: source.slice(node.position?.start.offset ?? 0, first),
    close: source.slice(last, node.position?.end.offset ?? 0),
  };
}

function whole(source: string, wraps: readonly Wrap[], parts: () => Piece[]): Piece {
  return { source: source.replaceAll('\n', ' '), end: quality.within, wraps, kind: 'whole', parts };
}

function codePieces(value: string, own: string, wraps: readonly Wrap[]): Piece[] {
  const [ticks = '`'] = /^`+/.exec(own) ?? [];
  const pad = value.includes('`') ? ' ' : '';
  const wrap = { open: ticks + pad, close: pad + ticks };
  return graphemesOf(value.replaceAll('\n', ' ')).map((source) => ({
    source,
    end: /\s/.test(source) ? quality.word : quality.within,
    wraps: [...wraps, wrap],
    kind: 'code',
  }));
}

const sentenceEnd = /[.!?…]["'”’)\]]*\s+$|[。！？；…][”’」』）]*\s*$/u;
const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]$/u;
/** Never begins a line, or belongs to the character before it. */
const sticks = /^(?:\p{M}|\p{Emoji_Modifier}|\u200d|[\s,.!?;:…)\]”’」』）】》、，。！？；：])/u;

function textPieces(source: string, wraps: readonly Wrap[]): Piece[] {
  const tokens = source.match(textToken) ?? [];
  const pieces: Piece[] = [];
  let text = '';
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    text += token;
    const mayEnd = /\s$/.test(token) || cjk.test(token) || (next !== undefined && cjk.test(next));
    if (next !== undefined && (!mayEnd || sticks.test(next))) continue;
    pieces.push({ source: text, end: endOf(text), wraps, kind: 'text', parts: partsOf(text, wraps) });
    text = '';
  }
  return pieces;
}

function endOf(text: string): Piece['end'] {
  if (/\n\s*$/.test(text)) return quality.line;
  if (sentenceEnd.test(text)) return quality.sentence;
  return /\s$/.test(text) || cjk.test([...text].at(-1) ?? '') ? quality.word : quality.within;
}

/** Character by character as a person counts them; those that are still too long code point by code point. */
function partsOf(text: string, wraps: readonly Wrap[]): () => Piece[] {
  return () => {
    const tokens = text.match(textToken) ?? [];
    const characters = charactersOf(text, tokens);
    const parts = characters.length > 1 ? characters : tokens;
    return parts.map((source) => ({
      source,
      end: quality.within,
      wraps,
      kind: 'text',
      ...(source.length > 2 && parts.length > 1 ? { parts: partsOf(source, wraps) } : {}),
    }));
  };
}

/** The source that consecutive pieces make, with marks opened and closed at both ends. */
export function joinPieces(pieces: readonly Piece[]): string {
  let from = 0;
  let to = pieces.length;
  while (from < to && isEmptyEnd(pieces[from])) from += 1;
  while (to > from && isEmptyEnd(pieces[to - 1])) to -= 1;
  let open: readonly Wrap[] = [];
  let out = '';
  for (let index = from; index < to; index += 1) {
    const piece = pieces[index];
    if (!piece) break;
    let { source } = piece;
    if (index === from) source = source.trimStart();
    if (index === to - 1) source = source.trimEnd();
    const shared = sharedLength(open, piece.wraps);
    const opening = piece.wraps.slice(shared);
    out += closing(open.slice(shared)) + opening.map((wrap) => wrap.open).join('');
    open = piece.wraps;
    const isLineStart = (out === '' || out.endsWith('\n')) && piece.kind === 'text';
    out += isLineStart ? escapeLineStart(source) : source;
  }
  return withoutJoints(out + closing(open));
}

function isEmptyEnd(piece: Piece | undefined): boolean {
  return piece !== undefined && /^(?:\\\n|\s*)$/.test(piece.source);
}

function sharedLength(a: readonly Wrap[], b: readonly Wrap[]): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function closing(wraps: readonly Wrap[]): string {
  return wraps
    .map(({ close }) => close)
    .reverse()
    .join('');
}
