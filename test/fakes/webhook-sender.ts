import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export interface SigningOptions {
  /** A fresh one without. */
  id?: string;
  /** Seconds; now without. */
  timestamp?: number;
}

/** The headers of a Standard Webhooks sender, signed by the reference implementation. */
export function signWebhook(
  secret: string,
  body: string,
  { id = `msg_${randomUUID()}`, timestamp = Math.floor(Date.now() / 1_000) }: SigningOptions = {},
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': new Webhook(secret).sign(id, new Date(timestamp * 1_000), body),
  };
}

/** Posts a signed body; anything but a string is sent as JSON. */
export function sendWebhook(
  url: string,
  secret: string,
  body: unknown,
  options: SigningOptions = {},
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', headers: signWebhook(secret, text, options), body: text });
}
