import { z } from 'zod';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { callVendor } from '../vendor-call.ts';

/** What robots say by address, a session's or a group robot's: https://open.dingtalk.com/document/development/robot-message-type */
export type WebhookMessage = (
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'markdown'; markdown: { title: string; text: string } }
) & { at?: { atUserIds: string[] }; msgUuid?: string };

/** HTTP 200 either way. The documents have the code as a number and as a text. */
const answered = z.object({
  errcode: z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,9}$/)
      .transform(Number),
  ]),
  errmsg: z.string().max(10_000).nullish(),
});

/** More than 20 messages a minute shut the way for 10 minutes. */
const shutMs = 600_000;
const busyMs = 1_000;

interface Refusal {
  why: string;
  retryAfterMs?: number;
  /** Nobody can be reached there until an operator mended it. */
  permanent?: true;
}

const tooMany: Refusal = { why: 'too many messages a minute', retryAfterMs: shutMs };
const unknownToken: Refusal = { why: 'there is no such robot (access token)', permanent: true };
const refusals: ReadonlyMap<number, Refusal> = new Map([
  [-1, { why: 'busy', retryAfterMs: busyMs }],
  [130101, tooMany],
  [410100, tooMany],
  [660026, tooMany],
  [90030, tooMany],
  [300001, unknownToken],
  [300005, unknownToken],
  [400101, unknownToken],
  [400106, unknownToken],
  [400102, { why: 'the robot is switched off', permanent: true }],
  [430101, { why: 'it has a link that is not allowed' }],
  [430102, { why: 'it has words that are not allowed' }],
  [430103, { why: 'it has a picture that is not allowed' }],
  [430104, { why: 'it has something that is not allowed' }],
]);
/** Code 310000 means one of these. */
const securityTexts: readonly [RegExp, string][] = [
  [/keyword/i, 'the robot wants a keyword in each message: choose 加签 (signature) alone'],
  [/timestamp/i, 'the clock is more than an hour off'],
  [/sign/i, 'the signature is wrong: check `secret`'],
  [/ip|whitelist/i, 'this address is not in the robot’s IP list'],
];

/** How an answer's code was refused; undefined when the message was taken. */
export function refusalOf(body: unknown): (Refusal & { code: number }) | undefined {
  const result = answered.safeParse(body);
  if (!result.success) return { code: Number.NaN, why: 'the answer makes no sense' };
  const { errcode: code, errmsg } = result.data;
  if (code === 0) return undefined;
  const security = code === 310000 && securityTexts.find(([pattern]) => pattern.test(errmsg ?? ''));
  if (security) return { code, why: security[1] };
  return { code, ...(refusals.get(code) ?? { why: 'refused' }) };
}

/** Posts a message to an address that is known to be the vendor's. Throws `DeliveryError`, which never names the address. */
export async function postToWebhook(
  name: string,
  url: string,
  message: WebhookMessage,
  dependencies: ChannelDependencies,
): Promise<void> {
  const answer = await callVendor({ name, url, method: 'POST', body: message }, dependencies);
  const refusal = refusalOf(answer.body);
  if (!refusal) return;
  const { code, why, retryAfterMs, permanent = false } = refusal;
  if (Number.isNaN(code)) {
    const ambiguous = answer.status === 200;
    throw new DeliveryError(`${name}: ${why} (${answer.status})`, { retryable: ambiguous, ambiguous });
  }
  throw new DeliveryError(`${name}: ${why} (errcode ${code})`, {
    retryable: retryAfterMs !== undefined,
    permanent,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
