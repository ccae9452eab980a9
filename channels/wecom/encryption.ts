import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/*
 * The envelope of WeCom's callbacks (https://developer.work.weixin.qq.com/document/path/90968), by hand: `@wecom/crypto`
 * leaves the receiver unchecked and takes broken padding and lengths for good. It is the tests' second opinion.
 */

const blockBytes = 32;
const randomPrefixBytes = 16;
const headBytes = randomPrefixBytes + 4;
const encodingAesKeyForm = /^[A-Za-z0-9+/]{43}$/;
const base64Form = /^[A-Za-z0-9+/]+={0,2}$/;

/** What a callback is signed and encrypted with. */
export interface CallbackKeys {
  token: string;
  /** 32 bytes. */
  aesKey: Buffer;
  /** The corp's id; empty for an AI bot. */
  receiveId: string;
}

/** The 32 bytes of an `EncodingAESKey`; undefined when it is none: 43 characters whose last two bits may be anything. */
export function aesKeyOf(encodingAesKey: string): Buffer | undefined {
  return encodingAesKeyForm.test(encodingAesKey) ? Buffer.from(`${encodingAesKey}=`, 'base64') : undefined;
}

/** `msg_signature`: hex SHA-1 of the four texts, sorted and joined. */
export function signatureOf(token: string, timestamp: string, nonce: string, encrypted: string): string {
  return createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex');
}

/** Encrypts a text for the platform, in base64. */
export function encrypt({ aesKey, receiveId }: CallbackKeys, text: string): string {
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([randomBytes(randomPrefixBytes), length, message, Buffer.from(receiveId)]);
  const cipher = createCipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded(plain)), cipher.final()]).toString('base64');
}

/** The text in what the platform encrypted; undefined when it is damaged or meant for another receiver. */
export function decrypt({ aesKey, receiveId }: CallbackKeys, encrypted: string): Buffer | undefined {
  if (!base64Form.test(encrypted)) return undefined;
  const plain = decipher(aesKey, Buffer.from(encrypted, 'base64'));
  if (!plain || plain.length < headBytes) return undefined;
  const end = headBytes + plain.readUInt32BE(randomPrefixBytes);
  if (end > plain.length || !plain.subarray(end).equals(Buffer.from(receiveId))) return undefined;
  return plain.subarray(headBytes, end);
}

/** AES-256-CBC with the key's first 16 bytes as IV, PKCS#7 in blocks of 32; undefined when it is not that. */
export function decipher(aesKey: Buffer, encrypted: Uint8Array): Buffer | undefined {
  if (aesKey.length !== 32 || encrypted.length === 0 || encrypted.length % 16 !== 0) return undefined;
  const cipher = createDecipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(encrypted), cipher.final()]);
  const padding = plain.at(-1) ?? 0;
  if (padding < 1 || padding > blockBytes || padding > plain.length) return undefined;
  const end = plain.length - padding;
  return plain.subarray(end).every((byte) => byte === padding) ? plain.subarray(0, end) : undefined;
}

function padded(plain: Buffer): Buffer {
  const padding = blockBytes - (plain.length % blockBytes);
  return Buffer.concat([plain, Buffer.alloc(padding, padding)]);
}
