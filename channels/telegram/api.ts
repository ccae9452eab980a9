import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { legible } from '../legible.ts';
import { secretText } from '../secret-text.ts';
import { callVendor, vendorUrl } from '../vendor-call.ts';
import type { TelegramAccount } from './account.ts';

const home = 'https://api.telegram.org';
const longestWaitMs = 3_600_000;

/** Every answer's frame (https://core.telegram.org/bots/api#making-requests). */
const answer = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  description: z.string().max(10_000).optional(),
  parameters: z
    .object({
      retry_after: z.number().nonnegative().optional(),
      migrate_to_chat_id: z.number().int().optional(),
    })
    .optional(),
});

/** Telegram said no, in its own words. */
export class TelegramRefused extends DeliveryError {
  readonly status: number;
  readonly description: string;
  /** The group became a supergroup, which has another id. */
  readonly migratedTo: number | undefined;

  constructor(method: string, status: number, description: string, migratedTo?: number) {
    super(`${method}: Telegram says ${legible(description)}`, {
      retryable: status === 409,
      // The token is no good (any more).
      permanent: status === 401 || status === 404,
    });
    this.status = status;
    this.description = legible(description);
    this.migratedTo = migratedTo;
  }
}

/**
 * Calls a method of the Bot API. Throws `TelegramRefused`, and `DeliveryError` when it was not answered or asks to
 * wait. The token stands in the address, which no error names.
 */
export async function callTelegram<Result>(
  method: string,
  parameters: JsonObject,
  result: z.ZodType<Result>,
  account: TelegramAccount,
  dependencies: ChannelDependencies,
  limits: { timeoutMs?: number; maxBytes?: number } = {},
): Promise<Result> {
  const token = secretText(account.botToken) ?? '';
  const { status, body } = await callVendor(
    {
      name: method,
      url: telegramUrl(account, `/bot${token}/${method}`),
      body: parameters,
      waitIn,
      ...limits,
    },
    dependencies,
  );
  const parsed = answer.safeParse(body);
  if (!parsed.success) {
    throw new DeliveryError(`${method}: Telegram answered ${status} and nothing that makes sense`, {
      retryable: status < 400,
      ambiguous: status < 400,
    });
  }
  const { ok, description = `${status}`, parameters: hints } = parsed.data;
  if (!ok) {
    const words = description.slice(0, 300).replaceAll(token, '<token>');
    throw new TelegramRefused(method, status, words, hints?.migrate_to_chat_id);
  }
  const found = result.safeParse(parsed.data.result);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new DeliveryError(
    `${method}: Telegram's answer has an unexpected ${issue?.path.join('.') || 'form'}`,
    {
      retryable: false,
    },
  );
}

export function telegramUrl({ baseUrl = home }: TelegramAccount, path: string): string {
  return vendorUrl(baseUrl, path);
}

/** `retry_after` is in seconds, in the body. */
function waitIn(body: unknown): number | undefined {
  const seconds = answer.safeParse(body).data?.parameters?.retry_after;
  return seconds === undefined ? undefined : Math.min(seconds * 1_000, longestWaitMs);
}
