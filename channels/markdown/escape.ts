/** What stands for one character in the source of a text: an escape, a character reference, or itself. */
export const textToken =
  /\\[!-/:-@[-`{-~]|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});|[\s\S]/gu;

/** What may begin or end something within a line. */
const special = /[\\`*_~[\]<>|]/g;

/** The source of a text that reads as `value`, wherever in a line it stands. */
export function escapeValue(value: string): string {
  return value.replace(/[\\`*_~[\]<>|&]/g, '\\$&');
}

/**
 * The source of a text, read in one place, so that it reads the same in any other: what was literal there by its
 * surroundings is literal by itself. Half a token stays what it is.
 */
export function escapeSource(source: string): string {
  return source.replace(textToken, (token) =>
    token.length > 2 || /^\\./.test(token) ? token : token.replace(special, '\\$&'),
  );
}

/** The same text at the beginning of a line, where it must not begin a list, heading or rule. */
export function escapeLineStart(source: string): string {
  return source
    .replace(/^[ \t]+/, '')
    .replace(/^[-+#=:]/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}
