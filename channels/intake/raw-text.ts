import { type JsonObject, rawEventLimit } from '../../contracts/index.ts';

const mark = '… cut, of bytes: ';

/** A platform's event as it is kept for diagnosis: JSON of at most 8 KB, and what is longer says so at its end. */
export function rawText(raw: JsonObject): string {
  const text = JSON.stringify(raw);
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength <= rawEventLimit) return text;
  const end = `${mark}${bytes.byteLength}`;
  const room = rawEventLimit - Buffer.byteLength(end);
  // Half a character at the border becomes U+FFFD, of as many bytes as the largest half.
  return `${bytes.toString('utf8', 0, room - 3).replace(/\uFFFD$/, '')}${end}`;
}
