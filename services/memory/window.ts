import type { Turn } from '../../contracts/index.ts';

const wide =
  /[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]|[\u{1f000}-\u{3ffff}]/u;
/** Stands before what is left of a turn that was too long. */
const cutMark = '… ';

/** A rough count that holds for any model: one for an ideograph, kana, hangul or emoji, a quarter for anything else. */
export function estimateTokens(text: string): number {
  let quarters = 0;
  for (const character of text) quarters += wide.test(character) ? 4 : 1;
  return Math.ceil(quarters / 4);
}

/**
 * The newest turns that together fit in `tokens`, oldest first. No turn is cut, except a newest one that is too long
 * by itself: of that its end is kept, with a mark.
 */
export function windowWithin(turns: readonly Turn[], tokens: number): Turn[] {
  let left = tokens;
  let first = turns.length;
  for (; first > 0; first -= 1) {
    const turn = turns[first - 1];
    const cost = turn ? estimateTokens(turn.text) : 0;
    if (cost > left) break;
    left -= cost;
  }
  const newest = turns.at(-1);
  if (first === turns.length && newest && tokens > 0) {
    return [{ ...newest, text: cutMark + tailWithin(newest.text, tokens - estimateTokens(cutMark)) }];
  }
  return turns.slice(first);
}

/** The end of a text, whole characters only. */
function tailWithin(text: string, tokens: number): string {
  const characters = [...text];
  let quarters = tokens * 4;
  let first = characters.length;
  for (; first > 0; first -= 1) {
    quarters -= wide.test(characters[first - 1] ?? '') ? 4 : 1;
    if (quarters < 0) break;
  }
  return characters.slice(first).join('');
}
