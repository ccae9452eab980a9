/** An invisible character reference: punctuation to the parser, nothing to the reader. */
const joint = '&#8291;';
/** U+2063, what `joint` reads as. */
export const jointCharacter = '\u2063';

const codeOrStrong = /(`+)[^`\n]*\1(?!`)|\*\*(?![\s*])([^*`\n]{1,400})(?<!\s)\*\*(?!\*)/gu;
const isOpenEnd = /^[^\s\p{P}\p{S}]$/u;
const isPunctuation = /^[\p{P}\p{S}]$/u;

/**
 * `**重点：**下一句` is no emphasis by CommonMark, which expects a blank after such punctuation where Chinese writes
 * none; models write it all the time. An invisible joint makes it one.
 */
export function fitCjkEmphasis(source: string): string {
  return source.replace(
    codeOrStrong,
    (whole, _ticks: string | undefined, inner: string | undefined, at: number) => {
      if (inner === undefined) return whole;
      const before = lastCharacter(source.slice(Math.max(0, at - 2), at));
      const after = firstCharacter(source.slice(at + whole.length, at + whole.length + 2));
      const opens = isOpenEnd.test(before) && isPunctuation.test(firstCharacter(inner));
      const closes = isOpenEnd.test(after) && isPunctuation.test(lastCharacter(inner));
      return (opens ? joint : '') + whole + (closes ? joint : '');
    },
  );
}

/** Takes the joints out again: whoever parses the text puts them where they are needed. */
export function withoutJoints(source: string): string {
  return source.replaceAll(joint, '');
}

function firstCharacter(text: string): string {
  return [...text][0] ?? '';
}

function lastCharacter(text: string): string {
  return [...text].at(-1) ?? '';
}
