import { randomBytes } from 'node:crypto';
import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { sameText } from '../secret-text.ts';
import { type CallbackKeys, decrypt, encrypt, signatureOf } from './encryption.ts';

/** Tries again carry a time of their own; nothing genuine is an hour old, and what is younger is known by its id. */
const freshForSeconds = 3_600;
const timestampForm = /^\d{1,12}$/;
const maximumQueryLength = 10_000;

type Query = ChannelRequest['query'];

/** What was in a genuine callback, or why it is not believed. */
export type Opened = { type: 'opened'; text: string } | { type: 'refused'; result: ReceiveResult };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Opens what came encrypted: signature over the text as it came, freshness of the signed time, receiver.
 * `now` in milliseconds.
 */
export function openCallback(
  keys: CallbackKeys | undefined,
  { msg_signature: signature, timestamp, nonce }: Query,
  encrypted: string | undefined,
  now: number,
): Opened {
  if (!keys) return refusal(401, 'signature-invalid', 'This account has no usable token and key.');
  if (!signature || !timestamp || !nonce || !encrypted) {
    return refusal(
      401,
      'signature-invalid',
      'msg_signature, timestamp, nonce and an encrypted text are needed.',
    );
  }
  const isGenuine =
    signature.length + timestamp.length + nonce.length <= maximumQueryLength &&
    timestampForm.test(timestamp) &&
    sameText(signature, signatureOf(keys.token, timestamp, nonce, encrypted));
  if (!isGenuine)
    return refusal(401, 'signature-invalid', 'msg_signature does not match: is the Token the same?');
  if (Math.abs(Math.floor(now / 1_000) - Number(timestamp)) > freshForSeconds) {
    return refusal(401, 'signature-invalid', 'The timestamp is more than an hour off.');
  }
  const plain = decrypt(keys, encrypted);
  if (!plain) {
    return refusal(
      401,
      'signature-invalid',
      'It cannot be decrypted for this receiver: is the EncodingAESKey the same, and the corp?',
    );
  }
  try {
    return { type: 'opened', text: utf8.decode(plain) };
  } catch {
    return refusal(400, 'bad-request', 'What was encrypted is not UTF-8.');
  }
}

/** The platform asks whether the address is ours: the bare plain text of `echostr` is the answer. */
export function verifyAddress(keys: CallbackKeys | undefined, { query, now }: ChannelRequest): ReceiveResult {
  const opened = openCallback(keys, query, query.echostr, now);
  if (opened.type === 'refused') return opened.result;
  return ignored('the address was verified', () => plainAnswer(opened.text));
}

/** An answer that says nothing: the message was taken. */
export function emptyAnswer(): ChannelResponse {
  return plainAnswer('');
}

/** An encrypted answer's parts, as both forms of envelope name them. */
export function sealed(
  keys: CallbackKeys,
  text: string,
  now: number,
): { encrypted: string; signature: string; timestamp: string; nonce: string } {
  const encrypted = encrypt(keys, text);
  const nonce = randomBytes(8).toString('hex');
  const timestamp = String(Math.floor(now / 1_000));
  return { encrypted, signature: signatureOf(keys.token, timestamp, nonce, encrypted), timestamp, nonce };
}

export function ignored(reason: string, respond: () => ChannelResponse = emptyAnswer): ReceiveResult {
  return { type: 'ignored', reason, respond };
}

function plainAnswer(body: string): ChannelResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function refusal(...problem: Parameters<typeof refused>): Opened {
  return { type: 'refused', result: refused(...problem) };
}
