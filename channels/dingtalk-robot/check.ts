import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { refusalOf } from '../dingtalk/webhook-answer.ts';
import { callVendor } from '../vendor-call.ts';
import type { DingtalkRobotAccount } from './account.ts';
import { signedUrl } from './post.ts';

/** What is refused as a message only where token and signature are right. */
const noMessage = { msgtype: 'errand-check' };
const security = 310000;

/** Whether the platform knows the token and takes the signature, without saying anything in the group. */
export async function check(
  account: DingtalkRobotAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck[]> {
  const name = 'robot';
  try {
    const url = signedUrl(account, dependencies);
    const answer = await callVendor({ name, url, method: 'POST', body: noMessage }, dependencies);
    const refusal = refusalOf(answer.body);
    const isRefused = refusal !== undefined && (refusal.permanent === true || refusal.code === security);
    const ok = answer.status === 200 && !isRefused && !Number.isNaN(refusal?.code);
    const detail = ok
      ? 'DingTalk takes token and signature.'
      : `DingTalk refuses: ${refusal?.why ?? answer.status}. Compare them with 群设置 › 机器人 › Webhook and 加签.`;
    return [{ name, ok, detail }];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [{ name, ok: false, detail: `${error.message}.` }];
  }
}
