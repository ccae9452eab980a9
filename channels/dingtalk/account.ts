import type { AccountOf } from '../../contracts/index.ts';
import type { SendLimits } from '../channel.ts';
import { secretText } from '../secret-text.ts';

export type DingtalkAccount = AccountOf<'dingtalk'>;

/** Why an account cannot start. */
export function problemsOf({ appSecret }: DingtalkAccount): string[] {
  return secretText(appSecret) === undefined
    ? ['`appSecret` has to be the Client Secret of the app (开发者后台 › 凭证与基础信息)']
    : [];
}

/** What the platform knows the robot by. */
export function robotCodeOf({ robotCode, appKey }: DingtalkAccount): string {
  return robotCode ?? appKey;
}

/** With a card template, answers are cards; a card can be written anew. */
export function hasCards({ cardTemplateId }: DingtalkAccount): boolean {
  return cardTemplateId !== undefined;
}

/** Where HTTP callbacks of an account's cards are routed by; registered once by whoever sets the account up. */
export function callbackRouteKey({ id, appKey }: DingtalkAccount): string {
  return `${appKey}.${id}`;
}

/**
 * A robot may say 20 messages a minute in a group and the API takes 20 calls a second (standard edition). A bucket lets its
 * capacity and a minute's refill through within one minute: both together stay below 20. Writing a card anew is no message.
 */
export function limitsOf(account: DingtalkAccount): SendLimits {
  return {
    account: { capacity: 20, perMinute: 1_000 },
    conversation: hasCards(account) ? { capacity: 10, perMinute: 60 } : { capacity: 5, perMinute: 15 },
  };
}
