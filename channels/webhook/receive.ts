import type { ChannelRequest, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { keyOf, type WebhookAccount } from './account.ts';
import { parseMessage } from './parse.ts';
import { type SignatureFlaw, signatureFlaw } from './signature.ts';

const flawTexts: Record<SignatureFlaw, string> = {
  missing: 'The headers webhook-id, webhook-timestamp and webhook-signature are needed.',
  wrong: 'No signature in webhook-signature matches the body.',
  stale: 'webhook-timestamp is more than 5 minutes in the past.',
  future: 'webhook-timestamp is more than 5 minutes in the future.',
};
/** Visible ASCII: an id ends up in headers, logs and file names. */
const messageIdForm = /^[\x21-\x7e]{1,256}$/;

/** Verifies the raw bytes, then parses them. Says 401 to what is not genuine and 400 to what makes no sense. */
export function receive(
  { method, headers, rawBody, now }: ChannelRequest,
  account: WebhookAccount,
): ReceiveResult {
  if (method !== 'POST') return refused(405, 'method-not-allowed', 'Messages come by POST.');
  const key = keyOf(account);
  if (!key) return refused(401, 'signature-invalid', 'This account has no usable secret.');
  const id = headers['webhook-id'];
  const flaw = signatureFlaw(
    key,
    {
      'webhook-id': id,
      'webhook-timestamp': headers['webhook-timestamp'],
      'webhook-signature': headers['webhook-signature'],
    },
    rawBody,
    now,
  );
  if (flaw || !id) return refused(401, 'signature-invalid', flawTexts[flaw ?? 'missing']);
  if (!messageIdForm.test(id)) {
    return refused(400, 'bad-request', 'webhook-id has to be at most 256 visible ASCII characters.');
  }
  const parsed = parseMessage(rawBody);
  if (parsed.type === 'invalid') return refused(400, 'bad-request', parsed.detail);
  const { replyUrl } = account;
  return {
    type: 'message',
    message: { id, ...parsed.message, replyTo: replyUrl === undefined ? {} : { url: replyUrl } },
    respond: () => ({
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accepted: true, messageId: id }),
    }),
  };
}
