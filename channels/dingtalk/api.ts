import { z } from 'zod';
import { AccessTokenRejected } from '../access-tokens.ts';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { callVendor, type VendorAnswer, vendorUrl } from '../vendor-call.ts';
import type { DingtalkAccount } from './account.ts';

const vendorApi = 'https://api.dingtalk.com';
/** The API takes 20 calls a second; who is above it is told so, and not for how long. */
const rateWaitMs = 1_000;

const issuedToken = z.object({ accessToken: z.string().min(1), expireIn: z.number().positive() });
/** How the API refuses: `code` is a word with dots. */
const refusal = z.object({ code: z.string().max(200) });

export interface ApiCall {
  /** What the call is named in errors. */
  name: string;
  method: 'POST' | 'PUT';
  path: string;
  body: unknown;
}

/** Calls the OpenAPI with the account's token. Resolves with the body. Throws `DeliveryError`. */
export async function callApi(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
  call: ApiCall,
): Promise<unknown> {
  try {
    return await dependencies.tokens.use(
      `dingtalk:${account.id}`,
      () => fetchToken(account, dependencies),
      (token) => callWith(token, account, dependencies, call),
    );
  } catch (error) {
    if (!(error instanceof AccessTokenRejected)) throw error;
    throw new DeliveryError(`${call.name}: DingTalk takes no access token of ${account.id}`, {
      retryable: true,
    });
  }
}

/** A call that needs no token, because it carries the app's credentials. Throws `DeliveryError`. */
export async function callOpenly(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
  { path, ...call }: ApiCall,
): Promise<unknown> {
  const headers = { accept: 'application/json' };
  const url = vendorUrl(account.baseUrl ?? vendorApi, path);
  const answer = await callVendor({ ...call, url, headers }, dependencies);
  if (answer.status !== 200) throw refusalOf(call.name, answer);
  return answer.body;
}

/** A new access token. Throws `DeliveryError`. */
export async function fetchToken(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
): Promise<{ token: string; expiresInMs: number }> {
  const name = 'DingTalk access token';
  const body = { appKey: account.appKey, appSecret: secretText(account.appSecret) ?? '' };
  const answer = await callOpenly(account, dependencies, {
    name,
    method: 'POST',
    path: '/v1.0/oauth2/accessToken',
    body,
  });
  const issued = issuedToken.safeParse(answer);
  if (!issued.success) throw new DeliveryError(`${name}: the answer has none`, { retryable: true });
  return { token: issued.data.accessToken, expiresInMs: issued.data.expireIn * 1_000 };
}

async function callWith(
  token: string,
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
  { path, ...call }: ApiCall,
): Promise<unknown> {
  const url = vendorUrl(account.baseUrl ?? vendorApi, path);
  const headers = { 'x-acs-dingtalk-access-token': token };
  const answer = await callVendor({ ...call, url, headers }, dependencies);
  if (answer.status === 200) return answer.body;
  if (answer.status === 401 || codeOf(answer) === 'InvalidAuthentication') throw new AccessTokenRejected();
  throw refusalOf(call.name, answer);
}

/** A definite refusal: nothing was done. Above the rate, another try is worth it. */
function refusalOf(name: string, answer: VendorAnswer): DeliveryError {
  const code = codeOf(answer);
  const isRate = /qps|throttl|toofrequent|flowcontrol/i.test(code);
  return new DeliveryError(`${name}: DingTalk answered ${answer.status} ${code}`.trimEnd(), {
    retryable: isRate,
    ...(isRate ? { retryAfterMs: rateWaitMs } : {}),
  });
}

function codeOf({ body }: VendorAnswer): string {
  const code = refusal.safeParse(body).data?.code ?? '';
  return /^[\w.-]+$/.test(code) ? code : '';
}
