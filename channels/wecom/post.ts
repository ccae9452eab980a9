import { z } from 'zod';
import type { PostDependencies, SendReceipt } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { WecomAccount } from './account.ts';
import { callApi } from './api.ts';
import type { Words } from './compose.ts';

const sendAnswer = z.object({
  invaliduser: z.string().default(''),
  unlicenseduser: z.string().default(''),
  msgid: z.string().max(256).optional(),
});

/**
 * Sends one message to a member. The platform's own check for duplicates is left off: it goes by content, and would
 * swallow what is meant to be said twice.
 */
export async function post(
  { user, message }: Words,
  account: WecomAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const agentid = Number(account.agentId);
  const body = { touser: user, agentid, ...message };
  const answer = sendAnswer.parse(
    await callApi(account, { path: '/cgi-bin/message/send', body }, dependencies),
  );
  if (answer.invaliduser !== '') {
    throw new DeliveryError(`${account.id}: the member is not within the app's visible range (可见范围)`, {
      retryable: false,
    });
  }
  if (answer.unlicenseduser !== '') {
    throw new DeliveryError(`${account.id}: the member has no interface licence (接口许可)`, {
      retryable: false,
    });
  }
  return answer.msgid === undefined ? {} : { providerId: answer.msgid };
}
