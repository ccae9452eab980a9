import type { Nodes } from 'mdast';

/** An invisible character reference: punctuation to the parser, nothing to the reader. */
const joint = '&#8291;';
/** What it reads as. */
const jointCharacter = '\u2063';

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

/** Takes the joints out of what was read, in place: from text as a character, from code and HTML as they are. */
export function dropJoints(node: Nodes): void {
  if ('value' in node) node.value = withoutJoints(node.value).replaceAll(jointCharacter, '');
  if ('children' in node) for (const child of node.children) dropJoints(child);
}

/** Takes the joints out of a source: whoever parses it puts them where they are needed. */
export function withoutJoints(source: string): string {
  return source.replaceAll(joint, '');
}

function firstCharacter(text: string): string {
  return [...text][0] ?? '';
}

function lastCharacter(text: string): string {
  return [...text].at(-1) ?? '';
}
