import { z } from 'zod';
import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { callbackRouteKey, type DingtalkAccount, hasCards, robotCodeOf } from './account.ts';
import { callOpenly, fetchToken } from './api.ts';
import { topics } from './stream/frame.ts';

const ticket = z.object({ ticket: z.string().min(1) });

/** Whether the credentials work, whether stream mode does, and what cannot be asked of the platform. */
export async function check(
  account: DingtalkAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck[]> {
  const credentials = await tried(
    'credentials',
    () => fetchToken(account, dependencies),
    'DingTalk issues an access token for the app.',
    'Compare `appKey` and `appSecret` with Client ID and Client Secret (开发者后台 › 凭证与基础信息).',
  );
  const robot: AccountCheck = {
    name: 'robot',
    ok: true,
    detail: `The robot is taken to be ${robotCodeOf(account)}; its RobotCode is shown at 应用能力 › 机器人.`,
  };
  if (!credentials.ok) return [credentials, robot];
  return [
    credentials,
    await wayIn(account, dependencies),
    robot,
    ...(hasCards(account) ? [cards(account)] : []),
  ];
}

async function wayIn(account: DingtalkAccount, dependencies: ChannelDependencies): Promise<AccountCheck> {
  if (account.mode === 'webhook') {
    const detail =
      'Messages come by HTTP: the robot’s 消息接收地址 has to be the callback URL of this account.';
    return { name: 'receiving', ok: true, detail };
  }
  return tried(
    'receiving',
    async () => ticket.parse(await callOpenly(account, dependencies, ticketCall(account))),
    'DingTalk offers a stream connection.',
    'Choose Stream mode for the robot (应用能力 › 机器人 › 消息接收模式) and publish the app.',
  );
}

function ticketCall({ appKey, appSecret }: DingtalkAccount) {
  return {
    name: 'stream',
    method: 'POST' as const,
    path: '/v1.0/gateway/connections/open',
    body: {
      clientId: appKey,
      clientSecret: secretText(appSecret) ?? '',
      ua: 'errand',
      subscriptions: [{ type: 'CALLBACK', topic: topics.robot }],
    },
  };
}

function cards(account: DingtalkAccount): AccountCheck {
  const how =
    account.mode === 'webhook'
      ? `Buttons come back by HTTP once ${callbackRouteKey(account)} is registered as callbackRouteKey.`
      : 'Buttons come back by the stream.';
  const detail = `The app needs Card.Instance.Write and Card.Streaming.Write. ${how}`;
  return { name: 'cards', ok: true, detail };
}

async function tried(
  name: string,
  attempt: () => Promise<unknown>,
  detail: string,
  remedy: string,
): Promise<AccountCheck> {
  try {
    await attempt();
    return { name, ok: true, detail };
  } catch (error) {
    const said = error instanceof DeliveryError ? error.message : 'DingTalk answered something unknown';
    return { name, ok: false, detail: `${said}. ${remedy}` };
  }
}
