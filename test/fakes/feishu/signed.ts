import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** What the platform has of an app to sign and encrypt with. */
export interface CallbackSecrets {
  encryptKey?: string;
  verificationToken?: string;
}

export interface Callback {
  headers: Record<string, string>;
  body: string;
}

/**
 * A callback as the platform sends it, at `now` (milliseconds): encrypted and signed where the app has an Encrypt Key.
 * `text` is the JSON of an event, whatever its whitespace.
 */
export function callbackOf(text: string, { encryptKey }: CallbackSecrets, now: number): Callback {
  if (encryptKey === undefined) return { headers: { 'content-type': 'application/json' }, body: text };
  const body = JSON.stringify({ encrypt: encrypt(encryptKey, text) });
  return { headers: { 'content-type': 'application/json', ...signatureOf(body, encryptKey, now) }, body };
}

export function signatureOf(body: string, encryptKey: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const nonce = randomBytes(8).toString('hex');
  const signature = createHash('sha256').update(`${timestamp}${nonce}${encryptKey}${body}`).digest('hex');
  return {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  };
}

export function encrypt(encryptKey: string, text: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}
