import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import type { FeishuAccount } from './account.ts';

/** Where an answer goes. */
export const replyAddress = z.object({
  /** `oc_…`, of a direct chat too. */
  chat: z.string().min(1),
  /** Answered by a reply; without it something new is said in the chat. */
  message: z.string().min(1).optional(),
  /** The answer belongs in the thread of `message`, which it opens if there is none. */
  thread: z.literal(true).optional(),
  /** What a pressed button needs to find the conversation again: it comes with the chat's id alone. */
  group: z.literal(true).optional(),
  topic: z.string().optional(),
});
export type ReplyAddress = z.infer<typeof replyAddress>;

/** In a topic it is a reply to the topic's first message, whose id names it. */
export function addressOf(_: FeishuAccount, { chat, sender, topic }: ConversationPlace): JsonObject {
  const address: ReplyAddress = {
    chat,
    ...(topic === undefined ? {} : { message: topic, thread: true, topic }),
    ...(topic !== undefined || sender !== undefined ? { group: true } : {}),
  };
  return address;
}
