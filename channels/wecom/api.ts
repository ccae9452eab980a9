import { z } from 'zod';
import { AccessTokenRejected } from '../access-tokens.ts';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { callVendor, vendorUrl } from '../vendor-call.ts';
import { apiBaseUrl, type WecomAccount } from './account.ts';
import { isTokenRejection, type Refusal, refusalOf } from './refusals.ts';

/** Of every answer: 0, or what is wrong. */
export const apiAnswer = z.looseObject({
  errcode: z.number().int(),
  errmsg: z.string().max(2_000).default(''),
});
type ApiAnswer = z.infer<typeof apiAnswer>;

const tokenAnswer = z.object({
  access_token: z.string().min(1).max(2_000),
  expires_in: z.number().positive(),
});

export interface ApiCall {
  path: string;
  query?: Record<string, string>;
  body?: unknown;
}

/**
 * Calls the API of an app with its access token, which is fetched when it is needed and renewed once when the platform
 * does not take it. Throws `DeliveryError`.
 */
export function callApi(
  account: WecomAccount,
  call: ApiCall,
  dependencies: ChannelDependencies,
): Promise<ApiAnswer> {
  return withToken(account, dependencies, async (token) => {
    const name = `${call.path} of ${account.id}`;
    const { body, status } = await callVendor(
      { name, url: apiUrl(account, call, token), body: call.body },
      dependencies,
    );
    const answer = apiAnswer.safeParse(body).data;
    if (!answer)
      throw new DeliveryError(`${name} answered ${status} without an errcode`, {
        retryable: true,
        ambiguous: true,
      });
    throwRefusal(name, answer);
    return answer;
  });
}

/** Calls with the access token; once more with a new one when `call` throws `AccessTokenRejected`. */
export async function withToken<T>(
  account: WecomAccount,
  dependencies: ChannelDependencies,
  call: (token: string) => Promise<T>,
): Promise<T> {
  try {
    return await dependencies.tokens.use(
      `wecom:${account.id}`,
      () => fetchToken(account, dependencies),
      call,
    );
  } catch (error) {
    if (!(error instanceof AccessTokenRejected)) throw error;
    throw new DeliveryError(`a new access token of ${account.id} is not taken either`, { retryable: true });
  }
}

/** The address of a call, the token in it. */
export function apiUrl(
  { baseUrl = apiBaseUrl }: WecomAccount,
  { path, query = {} }: ApiCall,
  token?: string,
): string {
  const parameters = new URLSearchParams({
    ...(token === undefined ? {} : { access_token: token }),
    ...query,
  });
  return vendorUrl(baseUrl, `${path}?${parameters}`);
}

/** Throws what an answer other than 0 means: `AccessTokenRejected` or `DeliveryError`. */
export function throwRefusal(name: string, { errcode, errmsg }: Refusal): void {
  if (errcode === 0) return;
  if (isTokenRejection(errcode)) throw new AccessTokenRejected(`${name}: ${errcode}`);
  throw refusalOf(name, { errcode, errmsg });
}

async function fetchToken(account: WecomAccount, dependencies: ChannelDependencies) {
  const name = `/cgi-bin/gettoken of ${account.id}`;
  const query = { corpid: account.corpId, corpsecret: secretText(account.secret) ?? '' };
  const { body } = await callVendor(
    { name, url: apiUrl(account, { path: '/cgi-bin/gettoken', query }) },
    dependencies,
  );
  const answer = apiAnswer.safeParse(body).data;
  if (answer && answer.errcode !== 0) throw refusalOf(name, answer);
  const fetched = tokenAnswer.safeParse(body).data;
  if (!fetched) throw new DeliveryError(`${name} answered without a token`, { retryable: true });
  return { token: fetched.access_token, expiresInMs: fetched.expires_in * 1_000 };
}
