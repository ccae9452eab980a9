import { dingtalkAccount } from '../../contracts/accounts.ts';
import { robotBody, robotHeaders, type Saying } from '../../test/fakes/dingtalk/sayings.ts';
import type { ChannelRequest, ParsedMessage } from '../channel.ts';
import type { DingtalkAccount } from './account.ts';
import { receive } from './receive.ts';

/** What the tests of callbacks share. */

export const secret = 'app-secret';
export const now = 1_700_000_000_000;
export const session = 'https://oapi.dingtalk.com/robot/sendBySession?session=s1';
export const group = 'cid5o+bbZdK/80y1V5ESE5Trw==';

export function account(change: Partial<DingtalkAccount> = {}): DingtalkAccount {
  const given = { id: 'ding', kind: 'dingtalk', mode: 'webhook', appKey: 'dingkey', appSecret: secret };
  return dingtalkAccount.parse({ ...given, ...change });
}

export function request(body: unknown, change: Partial<ChannelRequest> = {}): ChannelRequest {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { method: 'POST', headers: robotHeaders(secret, now), query: {}, rawBody, now, ...change };
}

/** The status of a refusal, the reason of what is ignored, or `message`. */
export function outcome(given: ChannelRequest, to = account()): string {
  const result = receive(given, to);
  if (result.type === 'refused') return `${result.status}`;
  return result.type === 'ignored' ? `ignored: ${result.reason}` : result.type;
}

export function messageOf(content: string | object, saying: Saying = {}, to = account()): ParsedMessage {
  const body = robotBody(content, { sessionWebhook: session, until: now + 5_400_000, ...saying });
  const result = receive(request(body), to);
  if (result.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}
