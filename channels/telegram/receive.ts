import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { sameText, secretText } from '../secret-text.ts';
import { botIdOf, type TelegramAccount } from './account.ts';
import { readUpdate } from './parse.ts';

/** Takes an update. Telegram shows that it is genuine by the secret that setWebhook was given. */
export function receive(
  { headers, method, rawBody }: ChannelRequest,
  account: TelegramAccount,
): ReceiveResult {
  if (method !== 'POST') return refused(405, 'method-not-allowed', 'Updates come by POST.');
  const secret = secretText(account.secretToken);
  const shown = headers['x-telegram-bot-api-secret-token'] ?? '';
  if (!secret || !sameText(shown, secret)) {
    return refused(
      401,
      'signature-invalid',
      'X-Telegram-Bot-Api-Secret-Token is not secretToken. Call setWebhook again.',
    );
  }
  const incoming = readUpdate(parsed(rawBody), { id: botIdOf(account) });
  switch (incoming.type) {
    case 'message':
      return { type: 'message', message: incoming.message, respond: () => answer(incoming.callback) };
    case 'ignored':
      return { type: 'ignored', reason: incoming.reason, respond: () => answer(incoming.callback) };
    case 'malformed':
      return refused(400, 'bad-request', incoming.detail);
  }
}

/** An answer may be a call of the Bot API: https://core.telegram.org/bots/api#making-requests-when-getting-updates */
function answer(callback: string | undefined): ChannelResponse {
  if (callback === undefined) return { status: 200, headers: {}, body: '' };
  const body = JSON.stringify({ method: 'answerCallbackQuery', callback_query_id: callback });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function parsed(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString('utf8'));
  } catch {
    return undefined;
  }
}
