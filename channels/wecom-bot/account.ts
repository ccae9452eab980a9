import type { AccountOf, JsonObject } from '../../contracts/index.ts';
import type { SendLimits } from '../channel.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { aesKeyProblem, keysOf, tokenProblem } from '../wecom/account.ts';
import type { CallbackKeys } from '../wecom/encryption.ts';
import { aesKeyOf } from '../wecom/encryption.ts';
import { isChat } from './chat.ts';

export type BotAccount = AccountOf<'wecom-bot'>;

/** Why an account cannot start: each mode has credentials of its own. */
export function problemsOf({ mode, botId, secret, token, encodingAesKey }: BotAccount): string[] {
  if (mode === 'connection') {
    return [
      ...((botId ?? '').trim() === '' ? ['`botId` is needed to connect: the Bot ID'] : []),
      ...(secretText(secret) === undefined
        ? ['`secret` is needed to connect: the Secret of the long connection']
        : []),
    ];
  }
  return [
    ...(secretText(token) === undefined ? [tokenProblem] : []),
    ...(aesKeyOf(secretText(encodingAesKey) ?? '') ? [] : [aesKeyProblem]),
  ];
}

/** The keys of an account's callbacks; a bot's have no receiver. */
export function botKeysOf(account: BotAccount): CallbackKeys | undefined {
  return account.mode === 'webhook' ? keysOf(account, '') : undefined;
}

export function connects({ mode }: BotAccount): boolean {
  return mode === 'connection';
}

/** A connection can speak to whoever the bot knows. By callback it only ever answers. */
export function addressOf({ id, mode }: BotAccount, { chat }: ConversationPlace): JsonObject {
  if (mode !== 'connection') {
    throw new DeliveryError(`${id} only answers: a WeCom bot speaks unasked in mode connection alone`, {
      retryable: false,
    });
  }
  if (!isChat(chat))
    throw new DeliveryError(`${id}: ${chat} is no chat of a WeCom bot`, { retryable: false });
  return { chat };
}

/** 30 messages a minute and 1,000 an hour in each chat: https://developer.work.weixin.qq.com/document/path/101463 */
export function limits(): SendLimits {
  return { conversation: { capacity: 14, perMinute: 16 } };
}
