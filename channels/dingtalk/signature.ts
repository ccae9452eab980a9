import { createHmac } from 'node:crypto';
import { sameText } from '../secret-text.ts';

/*
 * Neither signature covers the body: who has seen one may send any body with it for an hour. What follows from that is
 * for the reader of the body: ids are deduplicated, and addresses in it are believed only where they are the vendor's.
 */

/** Either way, by the vendor's documents. */
const toleranceMs = 3_600_000;

export type SignatureFlaw = 'missing' | 'wrong' | 'stale' | 'future';

/** `sign` of a robot's callback, and of a group robot's address: over the time (ms) and the secret itself. */
export function robotSign(secret: string, timestamp: number | string): string {
  return hmac(secret, `${timestamp}\n${secret}`);
}

/** `x-ddpaas-signature` of a card's callback: over the time (ms). */
export function cardSign(secret: string, timestamp: number | string): string {
  return hmac(secret, `${timestamp}`);
}

/** What is wrong with a signature; undefined when it is genuine and at most an hour old. `now` in milliseconds. */
export function signatureFlaw(
  signature: string | undefined,
  timestamp: string | undefined,
  sign: (timestamp: string) => string,
  now: number,
): SignatureFlaw | undefined {
  if (!signature || !timestamp) return 'missing';
  if (!/^\d{1,15}$/.test(timestamp) || !sameText(signature, sign(timestamp))) return 'wrong';
  const age = now - Number(timestamp);
  if (age > toleranceMs) return 'stale';
  return age < -toleranceMs ? 'future' : undefined;
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}
