import { z } from 'zod';
import { outcome } from './delivery.ts';
import { approvalId, messageId, runId } from './ids.ts';
import { sender } from './sender.ts';

/** Something that was said in a chat that Errand itself shows. Said again under the same id it takes the other's place. */
export const threadEntry = z.object({
  id: messageId,
  /** Grows with each thing said or changed in the thread. */
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  from: z.enum(['person', 'errand']),
  sender: sender.optional(),
  text: z.string(),
  type: z.enum(['reply', 'progress', 'approval']).optional(),
  final: z.boolean().optional(),
  outcome: outcome.optional(),
  runId: runId.optional(),
  inReplyTo: messageId.optional(),
  approval: z.object({ id: approvalId }).optional(),
});
export type ThreadEntry = z.infer<typeof threadEntry>;

/** The newest of what was said in a conversation, oldest first. */
export const thread = z.object({ seq: z.number().int().nonnegative(), entries: z.array(threadEntry) });
export type Thread = z.infer<typeof thread>;
