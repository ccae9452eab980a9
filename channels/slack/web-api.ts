import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { vendorUrl } from '../vendor-call.ts';
import type { SlackAccount } from './account.ts';

const home = 'https://slack.com';
const timeoutMs = 10_000;
/** Nothing was done, and nothing will be until an operator mends the account. */
const accountErrors: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'missing_scope',
  'not_allowed_token_type',
  'not_authed',
  'token_expired',
  'token_revoked',
]);
/** Slack itself could not: whether it did is not known. */
const slackErrors: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** How Slack's clients reach it: once, through the one egress client, and silently. */
export function clientOptions(
  { baseUrl = home }: Pick<SlackAccount, 'baseUrl'>,
  { egress, signal }: Pick<ChannelDependencies, 'egress' | 'signal'>,
): WebClientOptions {
  return {
    slackApiUrl: vendorUrl(baseUrl, '/api/'),
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: (url, init) => {
      const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
      return egress.trustedFetch(url, { ...(init as RequestInit), signal: AbortSignal.any(limits) });
    },
    logger: silent,
  };
}

/** Calls the Web API as the account's bot. Throws `DeliveryError`. */
export async function callSlack<Result>(
  name: string,
  account: SlackAccount,
  dependencies: Pick<ChannelDependencies, 'egress' | 'signal'>,
  call: (client: WebClient) => Promise<Result>,
): Promise<Result> {
  const client = new WebClient(secretText(account.botToken), clientOptions(account, dependencies));
  try {
    return await call(client);
  } catch (error) {
    dependencies.signal?.throwIfAborted();
    throw deliveryErrorOf(name, error);
  }
}

/** What an error of Slack's client means. Its own messages may hold addresses, and are not repeated. */
export function deliveryErrorOf(name: string, error: unknown): DeliveryError {
  if (error instanceof WebAPIRateLimitedError) {
    return new DeliveryError(`${name}: Slack asks to wait`, {
      retryable: true,
      retryAfterMs: error.retryAfter * 1_000,
    });
  }
  if (error instanceof WebAPIPlatformError) {
    const said = String(error.data.error);
    const code = /^[a-z_]{1,80}$/.test(said) ? said : 'what is no error code';
    const isSlacks = slackErrors.has(code);
    return new DeliveryError(`${name}: Slack says ${code}`, {
      retryable: isSlacks || code === 'ratelimited',
      ambiguous: isSlacks,
      permanent: accountErrors.has(code),
    });
  }
  if (error instanceof WebAPIHTTPError) {
    const isBusy = error.statusCode >= 500;
    return new DeliveryError(`${name}: Slack answered ${error.statusCode}`, {
      retryable: isBusy,
      ambiguous: isBusy,
    });
  }
  const cause = error instanceof WebAPIRequestError ? 'did not answer' : 'answered what makes no sense';
  return new DeliveryError(`${name}: Slack ${cause}`, { retryable: true, ambiguous: true });
}

const nothing = (): void => {};

/** Slack's clients write to the console, addresses of sockets included. */
export const silent: NonNullable<WebClientOptions['logger']> = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => 'error' as ReturnType<NonNullable<WebClientOptions['logger']>['getLevel']>,
};
