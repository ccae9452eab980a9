import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { secretText } from '../secret-text.ts';
import type { SlackAccount } from './account.ts';
import { challenge } from './event.ts';
import { readPayload } from './parse.ts';
import { signatureFlaw } from './signature.ts';

/** Takes a callback: the check of the address, an event, or (as a form) a pressed button. */
export function receive(request: ChannelRequest, { signingSecret }: SlackAccount): ReceiveResult {
  if (request.method !== 'POST') return refused(405, 'method-not-allowed', 'Events come by POST.');
  const secret = secretText(signingSecret);
  if (!secret) return refused(401, 'signature-invalid', 'This account has no signingSecret.');
  const flaw = signatureFlaw(secret, request);
  if (flaw) return refused(401, 'signature-invalid', flaw);
  const payload = payloadOf(request);
  const asked = challenge.safeParse(payload);
  if (asked.success) {
    const body = JSON.stringify({ challenge: asked.data.challenge });
    return {
      type: 'ignored',
      reason: 'Slack checked the callback address',
      respond: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body }),
    };
  }
  const incoming = readPayload(payload);
  switch (incoming.type) {
    case 'message':
      return { type: 'message', message: incoming.message, respond: nothingToAdd };
    case 'ignored':
      return { type: 'ignored', reason: incoming.reason, respond: nothingToAdd };
    case 'malformed':
      return refused(400, 'bad-request', incoming.detail);
  }
}

function payloadOf({ headers, rawBody }: ChannelRequest): unknown {
  const text = Buffer.from(rawBody).toString('utf8');
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const json = isForm ? (new URLSearchParams(text).get('payload') ?? '') : text;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function nothingToAdd(): ChannelResponse {
  return { status: 200, headers: {}, body: '' };
}
