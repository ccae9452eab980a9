import { createHash, randomBytes } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const length = 26;

/** The run id of a message: 26 base32 characters (130 bits) of SHA-256 over account, NUL, message id. A redelivery has the same one. */
export function messageRunId(account: string, messageId: string): string {
  return base32(createHash('sha256').update(`${account}\0${messageId}`).digest());
}

/** The id of the run that is made of another for the nth time (from 0), so that a repeat makes the same one. */
export function resumedRunId(runId: string, nth: number): string {
  return base32(createHash('sha256').update(`resumed\0${runId}\0${nth}`).digest());
}

/** The run id of a call of a flow's hook: a repeat of the same webhook id has the same one. */
export function hookRunId(flow: string, webhookId: string): string {
  return base32(createHash('sha256').update(`hook\0${flow}\0${webhookId}`).digest());
}

/** The id of a run that no message asked for. */
export function randomRunId(): string {
  return base32(randomBytes(17));
}

/** RFC 4648 base32, lower case, of the first 130 bits. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += alphabet.charAt((buffer >> bits) & 31);
    }
  }
  return text;
}
