import type { JsonObject } from '../../contracts/index.ts';
import type { ChannelDependencies } from '../channel.ts';
import type { FeishuAccount } from './account.ts';
import { callFeishu } from './api.ts';
import { replyAddress } from './reply-address.ts';

/** The platform shows nobody that a bot is typing: the message gets a reaction, which stays true afterwards. */
const reaction = 'OnIt';

export async function typing(
  replyTo: JsonObject,
  account: FeishuAccount,
  dependencies: ChannelDependencies,
): Promise<void> {
  const { message } = replyAddress.parse(replyTo);
  if (message === undefined) return;
  await callFeishu(
    {
      name: 'reacting to a message',
      method: 'POST',
      path: `/im/v1/messages/${encodeURIComponent(message)}/reactions`,
      body: { reaction_type: { emoji_type: reaction } },
    },
    account,
    dependencies,
  );
}
