import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import type { FeishuAccount } from './account.ts';
import { challenge } from './event.ts';
import { readEvent } from './incoming.ts';
import { unbelieved, verify } from './verify.ts';

/** Takes a callback: the challenge, an event, a pressed button. */
export function receive(request: ChannelRequest, account: FeishuAccount): ReceiveResult {
  if (request.method !== 'POST') return refused(405, 'method-not-allowed', 'Events come by POST.');
  const verified = verify(request, account);
  if (verified.type === 'refused') return verified;
  const asked = challenge.safeParse(verified.body);
  if (asked.success) {
    const answer = { challenge: asked.data.challenge };
    return {
      type: 'ignored',
      reason: 'the platform checked the callback address',
      respond: () => json(answer),
    };
  }
  const incoming = readEvent(verified.body, account);
  switch (incoming.type) {
    case 'message':
      return { type: 'message', message: incoming.message, respond: () => json(incoming.answer ?? {}) };
    case 'ignored':
      return { type: 'ignored', reason: incoming.reason, respond: () => json({}) };
    case 'foreign':
      return unbelieved('The event is for another app than appId.');
    case 'malformed':
      return refused(400, 'bad-request', incoming.detail);
  }
}

function json(body: object): ChannelResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
