import { createDecipheriv, createHash } from 'node:crypto';
import { encrypted } from './event.ts';

/**
 * The text in an `encrypt` field: base64 of a 16-byte IV and AES-256-CBC ciphertext; the key is the SHA-256 of the
 * Encrypt Key. Undefined when it was not encrypted with that key.
 */
export function decrypt(encryptKey: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const key = createHash('sha256').update(encryptKey).digest();
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** JSON that may be encrypted, in the clear; undefined when it cannot be read. */
export function opened(body: unknown, encryptKey: string | undefined): unknown {
  const sealed = encrypted.safeParse(body).data;
  if (!sealed) return body;
  const text = encryptKey === undefined ? undefined : decrypt(encryptKey, sealed.encrypt);
  return text === undefined ? undefined : parsedJson(text);
}

/** Undefined for what is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
