import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { sameText, secretText } from '../secret-text.ts';
import { botOf, type TelegramAccount } from './account.ts';
import { readUpdate } from './parse.ts';
import { pressAnswer } from './press-answer.ts';
import { telegramUpdate } from './update.ts';

const secretHeader = 'x-telegram-bot-api-secret-token';

/**
 * Takes a callback. Telegram signs none: it says the secret that `setWebhook` told it
 * (https://core.telegram.org/bots/api#setwebhook), and says everything again until it hears 2xx.
 */
export function receive(
  { method, headers, rawBody }: ChannelRequest,
  account: TelegramAccount,
): ReceiveResult {
  if (method !== 'POST') return refused(405, 'method-not-allowed', 'Updates come by POST.');
  const secret = secretText(account.secretToken);
  if (!secret) return refused(401, 'signature-invalid', 'This account has no secretToken.');
  const said = headers[secretHeader];
  if (said === undefined) {
    return refused(401, 'signature-invalid', 'The header X-Telegram-Bot-Api-Secret-Token is needed.');
  }
  if (!sameText(said, secret)) {
    const detail = 'X-Telegram-Bot-Api-Secret-Token is not the secretToken of this account.';
    return refused(401, 'signature-invalid', detail);
  }
  const update = telegramUpdate.safeParse(jsonOf(rawBody));
  if (!update.success) return refused(400, 'bad-request', 'This is no update that Telegram sends.');
  const incoming = readUpdate(update.data, botOf(account));
  const { press } = incoming;
  // A call may be made by the answer to a callback.
  const respond = () => response(press && { method: 'answerCallbackQuery', ...pressAnswer(press) });
  return incoming.type === 'message'
    ? { type: 'message', message: incoming.message, respond }
    : { type: 'ignored', reason: incoming.reason, respond };
}

function response(call?: object): ChannelResponse {
  return call
    ? { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(call) }
    : { status: 200, headers: {}, body: '' };
}

function jsonOf(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString('utf8'));
  } catch {
    return undefined;
  }
}
