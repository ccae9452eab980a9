import type { ChannelDependencies, PostDependencies, SendReceipt } from '../channel.ts';
import { robotSign } from '../dingtalk/signature.ts';
import { postToWebhook } from '../dingtalk/webhook-answer.ts';
import { secretText } from '../secret-text.ts';
import { vendorUrl } from '../vendor-call.ts';
import type { DingtalkRobotAccount } from './account.ts';
import type { Words } from './compose.ts';

const vendorOapi = 'https://oapi.dingtalk.com';

/** Says it in the robot's group. Throws `DeliveryError`. */
export async function post(
  { title, text }: Words,
  account: DingtalkRobotAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  await postToWebhook(
    `robot of ${account.id}`,
    signedUrl(account, dependencies),
    { msgtype: 'markdown', markdown: { title, text }, msgUuid: dependencies.key },
    dependencies,
  );
  return {};
}

/** The robot's address, signed in the query for this moment. */
export function signedUrl(
  { oapiBaseUrl, accessToken, secret }: DingtalkRobotAccount,
  { now }: Pick<ChannelDependencies, 'now'>,
): string {
  const url = new URL(vendorUrl(oapiBaseUrl ?? vendorOapi, '/robot/send'));
  url.search = new URLSearchParams({
    access_token: secretText(accessToken) ?? '',
    timestamp: String(now),
    sign: robotSign(secretText(secret) ?? '', now),
  }).toString();
  return url.href;
}
