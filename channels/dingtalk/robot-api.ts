import { z } from 'zod';
import type { ChannelDependencies, SendReceipt } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { type DingtalkAccount, robotCodeOf } from './account.ts';
import { callApi } from './api.ts';
import type { ReplyAddress } from './reply-address.ts';

/** A message by its template, as the OpenAPI has them: https://open.dingtalk.com/document/development/robot-message-type */
export type RobotTemplate =
  | { msgKey: 'sampleText'; msgParam: { content: string } }
  | { msgKey: 'sampleMarkdown'; msgParam: { title: string; text: string } };

const personWaitMs = 60_000;

const sent = z.object({
  processQueryKey: z.string().max(256).optional().catch(undefined),
  /** Not of this organisation, or not within what the app may see. */
  invalidStaffIdList: z.array(z.string()).nullish(),
  flowControlledStaffIdList: z.array(z.string()).nullish(),
});

/** Sends a message to a group or a person without anybody having written just before. Throws `DeliveryError`. */
export async function sendByRobot(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
  to: ReplyAddress,
  { msgKey, msgParam }: RobotTemplate,
): Promise<SendReceipt> {
  if (to.to === 'session') {
    throw new DeliveryError(
      `${account.id}: the session of the message is over, and nothing else leads there`,
      {
        retryable: false,
      },
    );
  }
  const common = { robotCode: robotCodeOf(account), msgKey, msgParam: JSON.stringify(msgParam) };
  const answer = await callApi(account, dependencies, {
    name: `message of ${account.id}`,
    method: 'POST',
    ...(to.to === 'group'
      ? {
          path: '/v1.0/robot/groupMessages/send',
          body: { ...common, openConversationId: to.conversation },
        }
      : { path: '/v1.0/robot/oToMessages/batchSend', body: { ...common, userIds: [to.staff] } }),
  });
  const result = sent.safeParse(answer);
  if (!result.success) return {};
  const { processQueryKey, invalidStaffIdList, flowControlledStaffIdList } = result.data;
  if (flowControlledStaffIdList?.length) {
    throw new DeliveryError(`${account.id} writes to this person too often`, {
      retryable: true,
      retryAfterMs: personWaitMs,
    });
  }
  if (invalidStaffIdList?.length) {
    throw new DeliveryError(`${account.id} may not write to this person: is the app visible to them?`, {
      retryable: false,
    });
  }
  return processQueryKey === undefined ? {} : { providerId: processQueryKey };
}
