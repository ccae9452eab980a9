/** Shorter values are too common as parts of words to be blanked out of a line. */
const shortestSecret = 6;

/** A secret as it may stand in a serialised line: JSON inside JSON and URL-encoded text included. */
function formsOf(secret: string): string[] {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  // Through a buffer, because half a surrogate pair would throw.
  const inUrl = encodeURIComponent(Buffer.from(secret).toString());
  return [inJson(secret), inJson(inJson(secret)), inUrl];
}

/**
 * Makes a function that blanks every listed secret out of a serialised JSON line, wherever it stands.
 * One precompiled scan, so that its cost hardly grows with the number of secrets. Values under 6 characters are skipped.
 */
export function createRedactor(secrets: readonly string[]): (line: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= shortestSecret).flatMap(formsOf));
  if (forms.size === 0) return (line) => line;
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  const scan = new RegExp(
    longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
    'g',
  );
  return (line) => line.replace(scan, '[redacted]');
}
