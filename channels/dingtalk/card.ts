import { z } from 'zod';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { callbackRouteKey, type DingtalkAccount, robotCodeOf } from './account.ts';
import { callApi } from './api.ts';
import type { ReplyAddress } from './reply-address.ts';

/** HTTP 200 does not say that it is shown. */
const answered = z.object({
  success: z.boolean().nullish(),
  result: z
    .object({ deliverResults: z.array(z.object({ success: z.boolean() })).nullish() })
    .nullish()
    .catch(undefined),
});

/** A card that is shown for the first time. */
export interface NewCard {
  /** What chat lists and notifications show of it. */
  title: string;
  /** Variables of the template, besides its content. */
  variables: Record<string, string>;
  /** Whom it mentions: id and name. */
  mention?: { id: string; name: string };
}

/**
 * Creates a card and shows it. The id is ours: the same once more changes nothing. Throws `DeliveryError`.
 * https://open.dingtalk.com/document/development/create-and-deliver-cards
 */
export async function showCard(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
  outTrackId: string,
  to: ReplyAddress,
  { title, variables, mention }: NewCard,
): Promise<void> {
  const { cardTemplateId, mode } = account;
  const callback =
    mode === 'webhook'
      ? { callbackType: 'HTTP', callbackRouteKey: callbackRouteKey(account) }
      : { callbackType: 'STREAM' };
  const space = { supportForward: false, lastMessageI18n: { ZH_CN: title, EN_US: title } };
  const robotCode = robotCodeOf(account);
  const answer = await callApi(account, dependencies, {
    name: `card of ${account.id}`,
    method: 'POST',
    path: '/v1.0/card/instances/createAndDeliver',
    body: {
      cardTemplateId,
      outTrackId,
      ...callback,
      cardData: { cardParamMap: { content: '', ...variables } },
      userIdType: 1,
      ...(to.to === 'group'
        ? {
            openSpaceId: `dtv1.card//IM_GROUP.${to.conversation}`,
            imGroupOpenSpaceModel: space,
            imGroupOpenDeliverModel: {
              robotCode,
              ...(mention ? { atUserIds: { [mention.id]: mention.name } } : {}),
            },
          }
        : {
            openSpaceId: `dtv1.card//IM_ROBOT.${to.to === 'person' ? to.staff : ''}`,
            imRobotOpenSpaceModel: space,
            imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
          }),
    },
  });
  expectDone(answer, account);
}

/**
 * Writes the whole content of a card anew. `guid`: the same call once more changes nothing. Throws `DeliveryError`.
 * https://open.dingtalk.com/document/development/api-streamingupdate
 */
export async function writeCard(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
  {
    outTrackId,
    guid,
    content,
    isFinal,
  }: { outTrackId: string; guid: string; content: string; isFinal: boolean },
): Promise<void> {
  const answer = await callApi(account, dependencies, {
    name: `card of ${account.id}`,
    method: 'PUT',
    path: '/v1.0/card/streaming',
    body: { outTrackId, guid, key: 'content', content, isFull: true, isFinalize: isFinal, isError: false },
  });
  expectDone(answer, account);
}

function expectDone(answer: unknown, { id }: DingtalkAccount): void {
  const { success, result } = answered.safeParse(answer).data ?? {};
  if (success === false || result?.deliverResults?.some((delivered) => !delivered.success)) {
    throw new DeliveryError(`card of ${id}: DingTalk does not show it`, { retryable: false });
  }
}
