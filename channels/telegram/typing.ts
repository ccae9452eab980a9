import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { ChannelDependencies } from '../channel.ts';
import { chatOf, replyAddress, type TelegramAccount } from './account.ts';
import { callTelegram } from './api.ts';

/** Shows for 5 s, or until the answer is there, that the bot is typing. */
export async function typing(
  replyTo: JsonObject,
  account: TelegramAccount,
  dependencies: ChannelDependencies,
): Promise<void> {
  const call = { ...chatOf(replyAddress.parse(replyTo)), action: 'typing' };
  await callTelegram('sendChatAction', call, z.unknown(), account, dependencies);
}
