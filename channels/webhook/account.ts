import type { z } from 'zod';
import type { AccountConfig, JsonObject, webhookAccount } from '../../contracts/index.ts';
import { DeliveryError } from '../delivery-error.ts';
import { signingKey } from './signature.ts';

export type WebhookAccount = z.infer<typeof webhookAccount>;

/** The account as this channel's own. Throws `TypeError` for one of another kind: the caller picked the wrong channel. */
export function asWebhookAccount(account: AccountConfig): WebhookAccount {
  if (account.kind !== 'webhook') throw new TypeError(`account ${account.id} is no webhook account`);
  return account;
}

/** The key of an account; undefined when its secret is none, or was never resolved. */
export function keyOf({ secret }: WebhookAccount): Buffer | undefined {
  return typeof secret === 'string' ? signingKey(secret) : undefined;
}

/** Why an account cannot start. */
export function problemsOf(account: AccountConfig): string[] {
  return keyOf(asWebhookAccount(account))
    ? []
    : ['`secret` has to be `whsec_` and the base64 form of 24 to 64 random bytes'];
}

/** The `replyUrl`: all conversations of an account are behind it. */
export function addressOf(account: AccountConfig): JsonObject {
  const { id, replyUrl } = asWebhookAccount(account);
  if (replyUrl === undefined) {
    throw new DeliveryError(`account ${id} has no replyUrl: nobody can be reached there unasked`, {
      retryable: false,
    });
  }
  return { url: replyUrl };
}
