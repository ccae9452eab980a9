import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * Standard Webhooks by hand: the `standardwebhooks` package decodes the body to text before it signs it, so that
 * different broken bytes verify alike, reads `12abc` as a time, has no clock to inject, accepts keys of any length,
 * and computes SHA-256 in JavaScript. It serves as the independent implementation of the tests instead.
 */

const prefix = 'whsec_';
const toleranceSeconds = 300;
const scheme = 'v1';
/** During a rotation a sender signs with two keys; more than a few is noise. */
const maximumSignatures = 20;

export interface SignatureHeaders {
  'webhook-id': string | undefined;
  'webhook-timestamp': string | undefined;
  'webhook-signature': string | undefined;
}

/** Why a request is not believed. */
export type SignatureFlaw = 'missing' | 'wrong' | 'stale' | 'future';

/** The key in a `whsec_` secret: 24 to 64 bytes in canonical base64; undefined when it is anything else. */
export function signingKey(secret: string): Buffer | undefined {
  if (!secret.startsWith(prefix)) return undefined;
  const text = secret.slice(prefix.length);
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 && key.length <= 64 && key.toString('base64') === text ? key : undefined;
}

/** The value of `webhook-signature` for one key. `timestamp` in seconds. */
export function sign(key: Buffer, id: string, timestamp: number | string, body: string | Uint8Array): string {
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return `${scheme},${digest}`;
}

/**
 * Checks a request's signature over its raw bytes and its freshness, ±300 s inclusive; `now` in milliseconds.
 * Signatures of unknown versions are passed over. Undefined when it is genuine, else what is wrong with it.
 */
export function signatureFlaw(
  key: Buffer,
  headers: SignatureHeaders,
  rawBody: Uint8Array,
  now: number,
): SignatureFlaw | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !timestamp || !signatures) return 'missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'wrong';
  const expected = Buffer.from(sign(key, id, timestamp, rawBody));
  const isGenuine = signatures
    .split(' ', maximumSignatures)
    .map((signature) => Buffer.from(signature))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  if (!isGenuine) return 'wrong';
  const age = Math.floor(now / 1_000) - Number(timestamp);
  if (age > toleranceSeconds) return 'stale';
  return age < -toleranceSeconds ? 'future' : undefined;
}
