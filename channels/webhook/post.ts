import { z } from 'zod';
import type { Delivery, WebhookReply } from '../../contracts/index.ts';
import { EgressError, type EgressResponse } from '../../services/egress/index.ts';
import type { PostDependencies, SendReceipt } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { retryAfterMs } from '../retry-after.ts';
import { keyOf, type WebhookAccount } from './account.ts';
import { sign } from './signature.ts';

/** What the account's `replyUrl` was when the message was accepted; without one the run's record is the answer. */
const replyAddress = z.object({ url: z.string().optional() });

const timeoutMs = 10_000;
/** Of an answer nobody reads: it is drained, so that the connection can be used again. */
const drainedBytes = 64_000;
/** Statuses that ask for another try, besides all of 5xx. */
const retryableStatuses = new Set([408, 425, 429]);

/** What a receiver gets, and where; without an address the run's record is the answer, and nothing is said. */
interface Words {
  url: string;
  body: WebhookReply;
}

/** A reply as it goes to the `replyUrl`. */
export function compose(delivery: Delivery): Words[] {
  const { url } = replyAddress.parse(delivery.replyTo);
  return url === undefined ? [] : [{ url, body: replyOf(delivery) }];
}

/**
 * Posts a signed answer. `webhook-id` is the delivery's key, the same at every try; the timestamp is that of the try.
 * Any 2xx is success. Redirects are not followed: the signature is for the configured address alone.
 */
export async function post(
  { url, body: reply }: Words,
  account: WebhookAccount,
  { egress, key: id, signal, now }: PostDependencies,
): Promise<SendReceipt> {
  const key = keyOf(account);
  if (!key) {
    throw new DeliveryError(`account ${account.id} has no usable secret to sign with`, { retryable: false });
  }
  const timestamp = Math.floor(now / 1_000);
  const body = JSON.stringify(reply);
  const response = await egress
    .fetchTrusted(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(key, id, timestamp, body),
      },
      body,
      timeoutMs,
      maxBytes: drainedBytes,
      maxRedirects: 0,
      discardBody: true,
      ...(signal ? { signal } : {}),
    })
    .catch((error: unknown) => {
      throw error instanceof EgressError ? unreachable(account.id, error) : error;
    });
  if (response.status < 200 || response.status > 299) throw refusal(account.id, response, now);
  return {};
}

function replyOf({ type, conversation, inReplyTo, runId, text, final, outcome }: Delivery): WebhookReply {
  return {
    type,
    conversation,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    runId,
    text,
    final,
    ...(outcome ? { outcome } : {}),
  };
}

function unreachable(account: string, error: EgressError): DeliveryError {
  const retryable = error.type === 'Timeout' || error.type === 'Unreachable';
  return new DeliveryError(`the replyUrl of ${account} did not answer: ${error.message}`, {
    retryable,
    ambiguous: retryable,
  });
}

function refusal(account: string, { status, headers }: EgressResponse, now: number): DeliveryError {
  const message = `the replyUrl of ${account} answered ${status}`;
  if (status >= 500 || retryableStatuses.has(status)) {
    const wait = retryAfterMs(headers['retry-after'], now);
    return new DeliveryError(message, {
      retryable: true,
      ambiguous: status >= 500,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    });
  }
  // 410 Gone: the receiver asks not to be called again (Standard Webhooks).
  return new DeliveryError(message, { retryable: false, permanent: status === 410 });
}
