import { createHash } from 'node:crypto';
import { sameText } from '../secret-text.ts';

/**
 * Redeliveries come up to 7 hours and 5 minutes after the first. Whether they are signed anew is not documented, so
 * one that was signed before them is still believed; what comes twice within this time is recognised by its id.
 */
const toleratedAgeMs = 8 * 3_600_000;
const toleratedSkewMs = 300_000;

/** Why a request is not believed. */
export type SignatureFlaw = 'missing' | 'wrong' | 'stale' | 'future';

/** The value of `X-Lark-Signature`: SHA-256 in lower-case hex of timestamp, nonce, Encrypt Key and the raw body. */
export function sign(
  encryptKey: string,
  timestamp: string,
  nonce: string,
  rawBody: string | Uint8Array,
): string {
  return createHash('sha256')
    .update(timestamp + nonce + encryptKey)
    .update(rawBody)
    .digest('hex');
}

/** Checks a request's signature over its raw bytes, and its age. Undefined when it is genuine. `now` in milliseconds. */
export function signatureFlaw(
  encryptKey: string,
  headers: Record<string, string | undefined>,
  rawBody: Uint8Array,
  now: number,
): SignatureFlaw | undefined {
  const timestamp = headers['x-lark-request-timestamp'];
  const nonce = headers['x-lark-request-nonce'];
  const signature = headers['x-lark-signature'];
  if (!timestamp || !nonce || !signature) return 'missing';
  if (!/^\d{10}(\d{3})?$/.test(timestamp)) return 'wrong';
  if (!sameText(signature, sign(encryptKey, timestamp, nonce, rawBody))) return 'wrong';
  const age = now - Number(timestamp) * (timestamp.length === 10 ? 1_000 : 1);
  if (age > toleratedAgeMs) return 'stale';
  return age < -toleratedSkewMs ? 'future' : undefined;
}
