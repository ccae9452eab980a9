import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { secretText } from '../secret-text.ts';
import type { DingtalkAccount } from './account.ts';
import { type Parsed, parseMessage } from './parse.ts';
import { parsePress, pressAnswer } from './press.ts';
import { cardSign, robotSign, type SignatureFlaw, signatureFlaw } from './signature.ts';

const flawTexts: Record<SignatureFlaw, string> = {
  missing:
    'The headers timestamp and sign (of cards: x-ddpaas-signature-timestamp and x-ddpaas-signature) are needed.',
  wrong: 'The signature does not match: is `appSecret` the Client Secret of this app?',
  stale: 'The signature is more than an hour old.',
  future: 'The signature is more than an hour in the future: is the clock right?',
};
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Verifies, then parses what somebody says to the robot, or a pressed button of a card. */
export function receive(request: ChannelRequest, account: DingtalkAccount): ReceiveResult {
  if (request.method !== 'POST') return refused(405, 'method-not-allowed', 'Callbacks come by POST.');
  const secret = secretText(account.appSecret);
  if (secret === undefined) return refused(401, 'signature-invalid', 'This account has no usable secret.');
  const { headers, now } = request;
  const cardTime = headers['x-ddpaas-signature-timestamp'];
  const isCard = cardTime !== undefined;
  const flaw = isCard
    ? signatureFlaw(headers['x-ddpaas-signature'], cardTime, (time) => cardSign(secret, time), now)
    : signatureFlaw(headers.sign, headers.timestamp, (time) => robotSign(secret, time), now);
  if (flaw) return refused(401, 'signature-invalid', flawTexts[flaw]);
  const body = jsonOf(request.rawBody);
  if (body === undefined) return refused(400, 'bad-request', 'The body is not JSON in UTF-8.');
  return isCard
    ? answered(parsePress(body, cardTime), pressAnswer)
    : answered(parseMessage(body, account), { msgtype: 'empty' });
}

function answered(parsed: Parsed, answer: unknown): ReceiveResult {
  if (parsed.type === 'invalid') return refused(400, 'bad-request', parsed.detail);
  const respond = (): ChannelResponse => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answer),
  });
  return { ...parsed, respond };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
