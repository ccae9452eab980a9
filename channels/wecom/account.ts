import type { AccountOf, JsonObject, SecretSource } from '../../contracts/index.ts';
import type { SendLimits } from '../channel.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import { secretText } from '../secret-text.ts';
import { aesKeyOf, type CallbackKeys } from './encryption.ts';

export type WecomAccount = AccountOf<'wecom'>;

/** The address of the API, unless the account has one of its own (private deployments). */
export const apiBaseUrl = 'https://qyapi.weixin.qq.com';

/** The keys of an account's callbacks; undefined when token or key are missing or malformed. */
export function keysOf(
  { token, encodingAesKey }: { token?: SecretSource | undefined; encodingAesKey?: SecretSource | undefined },
  receiveId: string,
): CallbackKeys | undefined {
  const text = secretText(token);
  const aesKey = aesKeyOf(secretText(encodingAesKey) ?? '');
  return text !== undefined && aesKey ? { token: text, aesKey, receiveId } : undefined;
}

export const tokenProblem = '`token` is needed: the Token of the callback settings';
export const aesKeyProblem =
  '`encodingAesKey` has to be the 43 letters and digits of the EncodingAESKey of the callback settings';

/** Why an account cannot start. */
export function problemsOf({ corpId, agentId, secret, token, encodingAesKey }: WecomAccount): string[] {
  return [
    ...(corpId.trim() === '' ? ['`corpId` is needed: the 企业ID'] : []),
    ...(/^\d{1,15}$/.test(String(agentId))
      ? []
      : ['`agentId` has to be the number that the app has: its AgentId']),
    ...(secretText(secret) === undefined ? ['`secret` is needed: the Secret of the app'] : []),
    ...(secretText(token) === undefined ? [tokenProblem] : []),
    ...(aesKeyOf(secretText(encodingAesKey) ?? '') ? [] : [aesKeyProblem]),
  ];
}

/** An app speaks to members one by one: a conversation is a member's user id. */
export function addressOf(_account: WecomAccount, { chat }: ConversationPlace): JsonObject {
  return { user: chat };
}

/**
 * A member gets at most 30 messages a minute and 1,000 an hour of an app; more are dropped in silence
 * (https://developer.work.weixin.qq.com/document/path/90312). A burst and what follows it stay below both.
 */
export function limits(): SendLimits {
  return { conversation: { capacity: 14, perMinute: 16 } };
}
