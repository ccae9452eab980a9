import { createDecipheriv, createHash } from 'node:crypto';

/**
 * The text in an `encrypt` field: base64 of a 16-byte IV and AES-256-CBC ciphertext; the key is the SHA-256 of the
 * Encrypt Key. Undefined when it was not encrypted with that key.
 */
export function decrypt(encryptKey: string, encrypted: string): string | undefined {
  const bytes = Buffer.from(encrypted, 'base64');
  const key = createHash('sha256').update(encryptKey).digest();
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
