import { createHmac } from 'node:crypto';
import type { ChannelRequest } from '../channel.ts';
import { sameText } from '../secret-text.ts';

/** Either way. */
const toleranceSeconds = 300;

/**
 * What is wrong with a callback's signature; undefined when it is genuine: `v0=` and the HMAC-SHA256 of
 * `v0:<timestamp>:<raw body>` (https://docs.slack.dev/authentication/verifying-requests-from-slack).
 */
export function signatureFlaw(secret: string, { headers, rawBody, now }: ChannelRequest): string | undefined {
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const signature = headers['x-slack-signature'] ?? '';
  if (timestamp === '' || signature === '') {
    return 'The headers X-Slack-Signature and X-Slack-Request-Timestamp are needed.';
  }
  if (!/^\d{1,12}$/.test(timestamp)) return 'X-Slack-Request-Timestamp is no number of seconds.';
  if (Math.abs(Math.floor(now / 1_000) - Number(timestamp)) > toleranceSeconds) {
    return 'X-Slack-Request-Timestamp is more than 5 minutes away. Is the clock of this machine right?';
  }
  return sameText(signature, sign(secret, timestamp, rawBody))
    ? undefined
    : 'X-Slack-Signature does not match the body. Is signingSecret that of this app?';
}

export function sign(secret: string, timestamp: string, rawBody: Uint8Array): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`;
}
