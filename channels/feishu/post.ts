import { z } from 'zod';
import type { PostDependencies, SendReceipt } from '../channel.ts';
import type { FeishuAccount } from './account.ts';
import { callFeishu, type FeishuCall } from './api.ts';
import { FeishuRefusal } from './codes.ts';
import type { Words } from './compose.ts';

const sent = z.object({ message_id: z.string().min(1).max(256) });

/**
 * Says one message, or changes one. The key is the `uuid` by which the platform tells a repeat within an hour. A message
 * that was to be answered and is gone does not keep the answer from being said in its chat.
 */
export async function post(
  words: Words,
  account: FeishuAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const { edits, to, content } = words;
  if (edits !== undefined) {
    await callFeishu(
      { name: 'changing a card', method: 'PATCH', path: message(edits), body: { content } },
      account,
      dependencies,
    );
    return { providerId: edits };
  }
  const say = async (call: FeishuCall): Promise<SendReceipt> => {
    const { success, data } = sent.safeParse(await callFeishu(call, account, dependencies));
    return success ? { providerId: data.message_id } : {};
  };
  const uuid = dependencies.key;
  if (to.message === undefined) return say(create(words, uuid));
  try {
    return await say(reply(words, to.message, uuid));
  } catch (error) {
    if (error instanceof FeishuRefusal && error.isGone) return say(create(words, uuid));
    throw error;
  }
}

function create({ to, type, content }: Words, uuid: string): FeishuCall {
  return {
    name: 'sending a message',
    method: 'POST',
    path: '/im/v1/messages?receive_id_type=chat_id',
    body: { receive_id: to.chat, msg_type: type, content, uuid },
  };
}

function reply({ to, type, content }: Words, answered: string, uuid: string): FeishuCall {
  return {
    name: 'answering a message',
    method: 'POST',
    path: `${message(answered)}/reply`,
    body: { msg_type: type, content, reply_in_thread: to.thread ?? false, uuid },
  };
}

function message(id: string): string {
  return `/im/v1/messages/${encodeURIComponent(id)}`;
}
