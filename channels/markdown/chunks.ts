import { fitCjkEmphasis } from './cjk-emphasis.ts';

/** A stretch of a document: markdown, a fenced block, or text that is not worth reading as markdown. */
export type Chunk =
  /** `goesOn`: it begins with the header of the table that the chunk before ended in. */
  | { kind: 'markdown'; source: string; goesOn?: true }
  | { kind: 'code'; info: string; value: string }
  | { kind: 'literal'; value: string };

/**
 * The parser's time grows with the square of what it reads at once [measured: 20 s for 100 KB of brackets, 2 s in
 * chunks]. From `comfortable` on a chunk ends at the next block, from `long` at the next line.
 */
const size = { comfortable: 2_000, long: 6_000, longest: 8_000, lines: 250 };
/** Nobody nests deeper, and every level costs. */
const deepest = 12;
const widestIndent = 40;
/** Text that is denser in marks than this is no markdown that anybody wrote. */
const dense = { marks: 500, share: 0.3 };

const openingFence = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/;

const tableRule = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** `[^1]: …`, which would be taken for the address of a link. */
const noteBegin = /^( {0,3})\[(?=\^[^\]\n]{1,200}\]:)/gm;

/** Cuts a document where no block spans the cut, or, if a block is too long to be parsed at once, within it. */
export function chunksOf(markdown: string): Chunk[] {
  const chunks: Chunk[] = [];
  let lines: string[] = [];
  let length = 0;
  let fence: { mark: string; isCode: boolean; info: string } | undefined;
  let afterBlank = true;
  let tableHead: string[] | undefined;
  let goesOn = false;

  function flush(): void {
    if (lines.some((line) => line !== '')) chunks.push(chunkOf(lines.join('\n'), goesOn));
    goesOn = false;
    lines = [];
    length = 0;
  }
  function add(line: string): void {
    lines.push(line);
    length += line.length + 1;
  }

  for (const line of markdown
    .replace(/\r\n?/g, '\n')
    .replace(/\0|\p{Surrogate}/gu, '\ufffd')
    .split('\n')) {
    if (fence) {
      const closes = closesFence(line, fence.mark);
      if (fence.isCode && closes) {
        chunks.push({ kind: 'code', info: fence.info, value: lines.join('\n') });
        lines = [];
        length = 0;
      } else add(line);
      if (closes) fence = undefined;
      continue;
    }
    const [, indent = '', mark = '', info = ''] = openingFence.exec(line) ?? [];
    tableHead = line.includes('|')
      ? tableRule.test(line)
        ? [lines.at(-1) ?? '', line]
        : tableHead
      : undefined;
    if (tableHead?.[1] !== line && isDue(length, lines.length, line, afterBlank)) {
      flush();
      goesOn = tableHead !== undefined;
      tableHead?.forEach(add);
    }
    if (mark) {
      fence = { mark, isCode: indent === '', info: info.trim() };
      if (fence.isCode) flush();
      else add(line);
      continue;
    }
    for (const piece of pieces(line).map(shallow)) {
      if (length + piece.length > size.longest) flush();
      add(piece);
    }
    afterBlank = line.trim() === '';
  }
  if (fence?.isCode) chunks.push({ kind: 'code', info: fence.info, value: lines.join('\n') });
  else flush();
  return chunks;
}

function isDue(length: number, lines: number, line: string, afterBlank: boolean): boolean {
  if (length + line.length > size.longest || lines > size.lines * 2) return true;
  if (/^[ \t]|^$/.test(line)) return false;
  return length > size.long || lines > size.lines || (afterBlank && length > size.comfortable);
}

function closesFence(line: string, mark: string): boolean {
  const text = line.trim();
  return text.length >= mark.length && text === (mark[0] ?? '').repeat(text.length);
}

function chunkOf(source: string, goesOn: boolean): Chunk {
  const marks = source.match(/[[\]*_~!<>&`\\]/g)?.length ?? 0;
  return marks > dense.marks && marks > source.length * dense.share
    ? { kind: 'literal', value: source }
    : {
        kind: 'markdown',
        source: fitCjkEmphasis(source.replace(noteBegin, '$1\\[')),
        ...(goesOn ? { goesOn } : {}),
      };
}

/** A line that opens no more than so many quotes and lists at once. */
function shallow(line: string): string {
  const opener = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;
  for (let depth = 0; depth < deepest; depth += 1) {
    if (!opener.test(line)) return line.replace(/^[ \t]+/, (indent) => indent.slice(0, widestIndent));
  }
  const at = opener.lastIndex;
  return line.slice(0, at) + line.slice(at).replace(/[-+*>.)]/, '\\$&');
}

/** A line that is too long to be parsed at once, cut after a sentence or a word, if there is one. */
function pieces(line: string): string[] {
  const cut: string[] = [];
  let rest = line;
  while (rest.length > size.long) {
    const head = rest.slice(0, size.comfortable);
    const [whole] = /^[\s\S]*(?:[。！？]|[.!?]\s|\s)/.exec(head) ?? [];
    const piece = whole ?? head.replace(/[\ud800-\udbff]$/, '');
    cut.push(piece, '');
    rest = rest.slice(piece.length);
  }
  return [...cut, rest];
}
