import { guessFit, howManyFit } from './fit.ts';
import { type Fragment, joinFragments } from './fragments.ts';
import { leavesOf } from './leaves.ts';
import { parseMarkdown } from './parse.ts';
import type { Piece } from './pieces.ts';

/** The size of a text in the platform's unit, of what it is rendered to perhaps. Longer texts measure more. */
export type Measure = (markdown: string) => number;

/** What is this many times as long as the limit is not measured: it is too long. */
const longestSource = 4;

export function utf16Units(text: string): number {
  return text.length;
}

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * Splits markdown into parts of at most `limit`, in order, each markdown in its own right: between blocks, else between
 * lines, sentences, words, and within a word only when it is longer than a part. Code stays fenced, tables keep their
 * header, emphasis is closed and opened again; links, spans of code and characters as a person counts them stay whole
 * where they fit. A text that fits is returned as it is, an empty one as no part.
 */
export function splitMarkdown(markdown: string, limit: number, measure: Measure = utf16Units): string[] {
  if (markdown.trim() === '') return [];
  const size = (part: string): number => (part.length > limit * longestSource ? part.length : measure(part));
  if (size(markdown) <= limit) return [markdown];
  const parts: string[] = [];
  const leaves = leavesOf(parseMarkdown(markdown));
  let at = 0;
  let left: readonly Piece[] | undefined;
  while (at < leaves.length) {
    const rest = leaves.slice(at, at + limit + 1).map((leaf): Fragment => ({ leaf }));
    const leaf = leaves[at];
    if (left && leaf) rest[0] = { leaf, pieces: left, isContinued: true };
    const taken = leavesThatFit(rest, limit, size);
    if (taken > 0 || !leaf) {
      parts.push(joinFragments(rest.slice(0, taken)));
      at += taken;
      left = undefined;
    } else {
      const cut = cutLeaf(rest[0] ?? { leaf }, limit, size);
      parts.push(cut.part);
      left = cut.left.length > 0 ? cut.left : undefined;
      if (!left) at += 1;
    }
  }
  return parts.filter((part) => part.trim() !== '');
}

/** How many of the leaves make one part. A heading stays with what it is over. */
function leavesThatFit(rest: readonly Fragment[], limit: number, size: Measure): number {
  const guess = guessFit((index) => sizeOf(rest[index]) + 2, rest.length, limit);
  const most = howManyFit(rest.length, guess, limit, (number) => size(joinFragments(rest.slice(0, number))));
  if (most === rest.length) return most;
  let taken = most;
  while (taken > 1 && rest[taken - 1]?.leaf.kind === 'heading') taken -= 1;
  return rest[taken - 1]?.leaf.kind === 'heading' ? most : taken;
}

function sizeOf(fragment: Fragment | undefined): number {
  if (!fragment) return 0;
  return fragment.pieces?.reduce((sum, { source }) => sum + source.length, 0) ?? fragment.leaf.whole.length;
}

/** The first part of a leaf that is too long for one, and what is left of it. Something is always taken. */
function cutLeaf(fragment: Fragment, limit: number, size: Measure): { part: string; left: readonly Piece[] } {
  let pieces = fragment.pieces ?? fragment.leaf.pieces();
  const joined = (number: number) => joinFragments([{ ...fragment, pieces: pieces.slice(0, number) }]);
  for (;;) {
    const count = Math.min(pieces.length, limit + 1);
    const guess = guessFit((index) => pieces[index]?.source.length ?? 0, count, limit);
    const most = howManyFit(count, guess, limit, (number) => size(joined(number)));
    const smaller = most === 0 ? pieces[0]?.parts?.() : undefined;
    if (!smaller || smaller.length === 0) {
      const taken = bestEnd(pieces, Math.max(most, 1), (number) => size(joined(number)) <= limit);
      return { part: joined(taken), left: pieces.slice(taken) };
    }
    pieces = [...smaller, ...pieces.slice(1)];
  }
}

/** The best place to end in the second half of what fits, the last among equals. */
function bestEnd(pieces: readonly Piece[], most: number, fits: (number: number) => boolean): number {
  if (most === pieces.length) return most;
  let best = most;
  for (let number = most; number > most / 2; number -= 1) {
    if ((pieces[number - 1]?.end ?? 9) < (pieces[best - 1]?.end ?? 9)) best = number;
  }
  return fits(best) ? best : most;
}
