import { z } from 'zod';
import { type AccessToken, AccessTokenRejected } from '../access-tokens.ts';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { callVendor, type VendorAnswer, vendorUrl } from '../vendor-call.ts';
import { baseUrlOf, type FeishuAccount } from './account.ts';
import { refusal } from './codes.ts';

/** Seconds to wait, of an answer 429. */
const waitHeader = 'x-ogw-ratelimit-reset';

const answer = z.object({ code: z.number().int(), data: z.unknown().optional() });
const tokenAnswer = z.object({
  tenant_access_token: z.string().min(1),
  /** Seconds. */
  expire: z.number().positive(),
});

export interface FeishuCall {
  /** What it is called in errors. */
  name: string;
  method: 'GET' | 'POST' | 'PATCH';
  /** Behind `/open-apis`, with its query. */
  path: string;
  body?: unknown;
}

/** Calls the platform's API and resolves with `data` of its answer. Throws `DeliveryError`. */
export function callFeishu(
  call: FeishuCall,
  account: FeishuAccount,
  dependencies: ChannelDependencies,
): Promise<unknown> {
  return withToken(account, dependencies, async (authorization) => {
    const given = await callVendor(
      {
        name: call.name,
        method: call.method,
        url: vendorUrl(baseUrlOf(account), `/open-apis${call.path}`),
        headers: { authorization },
        waitHeader,
        ...(call.body === undefined ? {} : { body: call.body }),
      },
      dependencies,
    );
    return answered(call.name, given).data;
  });
}

/** Calls with the value of the `authorization` header; once more with a new one when the platform does not take it. */
export async function withToken<T>(
  account: FeishuAccount,
  dependencies: ChannelDependencies,
  call: (authorization: string) => Promise<T>,
): Promise<T> {
  try {
    return await dependencies.tokens.use(
      `feishu:${account.id}`,
      () => fetchToken(account, dependencies),
      (token) => call(`Bearer ${token}`),
    );
  } catch (error) {
    if (!(error instanceof AccessTokenRejected)) throw error;
    throw new DeliveryError(error.message, { retryable: true });
  }
}

/** An answer whose code is 0. Throws `DeliveryError` or `AccessTokenRejected` for any other. */
export function answered(
  name: string,
  { status, body }: Pick<VendorAnswer, 'status' | 'body'>,
): { code: number; data?: unknown } {
  const { success, data } = answer.safeParse(body);
  if (!success) {
    throw new DeliveryError(`${name} answered ${status} and nothing that can be read`, {
      retryable: status < 300,
      ambiguous: status < 300,
    });
  }
  if (data.code !== 0) throw refusal(name, data.code);
  return data;
}

async function fetchToken(account: FeishuAccount, dependencies: ChannelDependencies): Promise<AccessToken> {
  const name = 'fetching the access token';
  const given = await callVendor(
    {
      name,
      url: vendorUrl(baseUrlOf(account), '/open-apis/auth/v3/tenant_access_token/internal'),
      body: { app_id: account.appId, app_secret: secretText(account.appSecret) },
      waitHeader,
    },
    dependencies,
  );
  answered(name, given);
  const { success, data } = tokenAnswer.safeParse(given.body);
  if (!success) throw new DeliveryError(`${name} gave no token`, { retryable: false });
  return { token: data.tenant_access_token, expiresInMs: data.expire * 1_000 };
}
