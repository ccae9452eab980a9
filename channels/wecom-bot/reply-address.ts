import { z } from 'zod';

/** What a reply address of a bot is made of. */
export const replyAddress = z.object({
  /** `user:` or `group:` and the platform's id. */
  chat: z.string().min(3),
  /** Of the callback over a long connection: answers to it repeat it. */
  reqId: z.string().max(256).optional(),
  /** Takes one message. */
  responseUrl: z.string().optional(),
  /** Until when it does, in epoch milliseconds. */
  expires: z.number().optional(),
});
export type ReplyAddress = z.infer<typeof replyAddress>;
