import { createHash } from 'node:crypto';
import { InvalidKey } from './errors.ts';

/** Longest key in bytes: S3 allows 1,024, the rest is for the prefix in the store's URL. */
const maxKeyLength = 800;
/** Longest segment in bytes: a file name may have 255. */
const maxSegmentLength = 240;
/** Longest encoded text before it is replaced by its hash. */
const maxEncodedLength = 200;

/**
 * Keys are restricted to characters that are the same in a file name and in an S3 key, so that both stores hold the
 * same names, a copy from one to the other is a plain copy, and byte order is string order. A segment never begins
 * with a dot: that rules out `.` and `..`, and hidden names are the file store's own.
 */
const segmentPattern = /^[A-Za-z0-9_%=+@,~!-][A-Za-z0-9_%=+@,~!.-]*$/;

/** Throws `InvalidKey` unless the key is one that every store can hold. */
export function checkKey(key: string): void {
  if (key.length === 0) throw new InvalidKey(key, 'is empty');
  if (key.length > maxKeyLength) throw new InvalidKey(key, `is longer than ${maxKeyLength} characters`);
  for (const segment of key.split('/')) checkSegment(key, segment);
}

/** Throws `InvalidKey` unless some key could begin with the prefix. The empty prefix is that of all keys. */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}

/** Whether a name in a folder is one of a key, and not something that others have put there. */
export function isKeySegment(name: string): boolean {
  return segmentPattern.test(name);
}

function checkSegment(key: string, segment: string): void {
  if (segment === '') throw new InvalidKey(key, 'has an empty segment');
  if (segment.length > maxSegmentLength) {
    throw new InvalidKey(key, `has a segment longer than ${maxSegmentLength} characters`);
  }
  if (!isKeySegment(segment)) {
    throw new InvalidKey(key, 'has a character that is not allowed, or a segment that begins with a dot');
  }
}

/**
 * Any text as one segment of a key: percent-encoded UTF-8, and above 200 bytes its SHA-256 behind a `~`, which no
 * encoding begins with. Capital letters are encoded too: two texts that differ in case alone stay apart on file
 * systems that do not tell them apart. Broken surrogates count as U+FFFD.
 */
export function encodeKeySegment(text: string): string {
  if (text === '') throw new InvalidKey(text, 'is empty');
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    encoded += /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    if (encoded.length > maxEncodedLength) {
      return `~${createHash('sha256').update(text, 'utf8').digest('hex')}`;
    }
  }
  return encoded;
}
