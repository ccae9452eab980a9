import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretSource } from '../contracts/secret-source.ts';

/** A secret that can be worked with; undefined when it is missing, blank, `undefined` as a text, or was never resolved. */
export function secretText(secret: SecretSource | undefined): string | undefined {
  if (typeof secret !== 'string') return undefined;
  const text = secret.trim();
  return text === '' || text === 'undefined' || text === 'null' ? undefined : text;
}

/** Whether two texts are the same, in a time that says nothing of where they differ, or of their lengths. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
