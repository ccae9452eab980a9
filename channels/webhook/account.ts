import type { AccountOf, JsonObject } from '../../contracts/index.ts';
import { DeliveryError } from '../delivery-error.ts';
import { signingKey } from './signature.ts';

export type WebhookAccount = AccountOf<'webhook'>;

/** The key of an account; undefined when its secret is none, or was never resolved. */
export function keyOf({ secret }: WebhookAccount): Buffer | undefined {
  return typeof secret === 'string' ? signingKey(secret) : undefined;
}

/** Why an account cannot start. */
export function problemsOf(account: WebhookAccount): string[] {
  return keyOf(account) ? [] : ['`secret` has to be `whsec_` and the base64 form of 24 to 64 random bytes'];
}

/** The `replyUrl`: all conversations of an account are behind it. */
export function addressOf({ id, replyUrl }: WebhookAccount): JsonObject {
  if (replyUrl === undefined) {
    throw new DeliveryError(`account ${id} has no replyUrl: nobody can be reached there unasked`, {
      retryable: false,
    });
  }
  return { url: replyUrl };
}
