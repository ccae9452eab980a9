import { AccessTokenRejected } from '../access-tokens.ts';
import { DeliveryError } from '../delivery-error.ts';

/*
 * The `code` of an answer; it comes with HTTP 200 or 400 alike.
 * https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code
 */

/** The tenant access token is missing, expired or another app's. */
const tokenCodes = new Set([99991661, 99991663, 99991664, 99991668, 99991671]);

/** Above a limit of the app, the chat or the person, or the same message is just being sent. */
const busyCodes = new Set([99991400, 11232, 11233, 230020, 230049]);
/** The limits are a number each second, and the answer names no time. */
const busyMs = 1_000;

/** Nothing is sent by this app until somebody mends it. */
const permanentCodes = new Set([10003, 10014, 99991662, 230006]);

/** The message that was to be answered or changed is gone, or its thread is, or cannot have one. */
const goneCodes = new Set([230011, 230019, 230071, 230072, 230110]);

/** What an operator can do about it. */
const remedies: Record<number, string> = {
  10003: 'appId is no app of this platform',
  10014: 'appSecret is wrong',
  230002: 'the bot is not in the chat: add it there',
  230006: 'the app has no bot: switch the bot on in the developer console and publish a version',
  230013: 'the person is outside the range that the app is available to',
  230017: 'the bot does not own what was asked for',
  230018: 'the bot may not speak in this group',
  230025: 'the message is too long',
  230027: 'a permission is missing: add im:message:send_as_bot and im:message, and publish a version',
  230031: 'the message is older than 14 days',
  99991662: 'the app is not enabled: publish a version and have it approved',
  99991672: 'a permission is missing: grant it in the developer console and publish a version',
};

/** The platform refused a call. */
export class FeishuRefusal extends DeliveryError {
  readonly code: number;
  /** What was to be answered or changed does not exist any more. */
  readonly isGone: boolean;

  constructor(name: string, code: number) {
    const remedy = remedies[code];
    const isBusy = busyCodes.has(code);
    super(`${name} was refused with code ${code}${remedy ? `: ${remedy}` : ''}`, {
      retryable: isBusy,
      permanent: permanentCodes.has(code),
      ...(isBusy ? { retryAfterMs: busyMs } : {}),
    });
    this.code = code;
    this.isGone = goneCodes.has(code);
  }
}

/** What a `code` other than 0 means. `name`: of the call. */
export function refusal(name: string, code: number): AccessTokenRejected | FeishuRefusal {
  return tokenCodes.has(code)
    ? new AccessTokenRejected(`${name}: the access token was refused with code ${code}`)
    : new FeishuRefusal(name, code);
}
