import { z } from 'zod';
import { messageId, runId } from './ids.ts';
import { messageTextLimit } from './message.ts';

/** What somebody says in a chat that Errand itself shows. */
export const webMessage = z.strictObject({
  /** Chosen by who sends it, so that it can be sent again without being said twice; made up without. */
  id: messageId.optional(),
  text: z.string().min(1).max(messageTextLimit),
});
export type WebMessage = z.infer<typeof webMessage>;

export const webMessageTaken = z.object({ messageId, runId });
export type WebMessageTaken = z.infer<typeof webMessageTaken>;
