import { z } from 'zod';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { callVendor, vendorUrl } from '../vendor-call.ts';
import type { TelegramAccount } from './account.ts';

const home = 'https://api.telegram.org';
const answer = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error_code: z.number(),
    description: z.string().max(1_000).default(''),
    parameters: z.object({ retry_after: z.number().optional() }).optional(),
  }),
]);

export interface TelegramCall {
  /** https://core.telegram.org/bots/api#available-methods */
  method: string;
  body: object;
  /** For calls that wait. */
  timeoutMs?: number;
}

/** Telegram says no. */
export class TelegramRefusal extends DeliveryError {
  readonly code: number;
  readonly description: string;

  constructor(method: string, code: number, description: string) {
    super(`${method}: Telegram says ${code} ${description}`.slice(0, 300), {
      retryable: false,
      // The token is no good: nothing of this account works.
      permanent: code === 401 || code === 404,
    });
    this.code = code;
    this.description = description;
  }
}

/** Calls the Bot API. Throws `TelegramRefusal`, and `DeliveryError` with the wait that Telegram asks for. */
export async function callTelegram(
  { method, body, timeoutMs }: TelegramCall,
  account: TelegramAccount,
  dependencies: ChannelDependencies,
): Promise<unknown> {
  const response = await callVendor(
    {
      name: `${method} of ${account.id}`,
      url: methodUrl(account, `/${method}`),
      body,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      waitIn,
    },
    dependencies,
  );
  const said = answer.safeParse(response.body).data;
  if (!said) {
    throw new DeliveryError(`${method}: Telegram answered what makes no sense (${response.status})`, {
      retryable: true,
      ambiguous: true,
    });
  }
  if (said.ok) return said.result;
  throw new TelegramRefusal(method, said.error_code, said.description);
}

/** The address of a file that `getFile` named. Holds the token. */
export function fileUrl({ baseUrl = home, botToken }: TelegramAccount, path: string): string {
  return vendorUrl(baseUrl, `/file/bot${secretText(botToken) ?? ''}/${path}`);
}

function methodUrl({ baseUrl = home, botToken }: TelegramAccount, path: string): string {
  return vendorUrl(baseUrl, `/bot${secretText(botToken) ?? ''}${path}`);
}

function waitIn(body: unknown): number | undefined {
  const said = answer.safeParse(body).data;
  const seconds = said && !said.ok ? said.parameters?.retry_after : undefined;
  return seconds === undefined ? undefined : seconds * 1_000;
}
