import { z } from 'zod';
import { language } from './errors.ts';
import { accountId, approvalId, conversationId, messageId, runId } from './ids.ts';
import { jsonObject } from './json.ts';
import { sender } from './sender.ts';

/** How a message ended. */
export const outcome = z.enum(['answered', 'failed', 'cancelled']);
export type Outcome = z.infer<typeof outcome>;

/** A conversation that something is said in although it did not ask. */
export const deliveryTarget = z.strictObject({ account: accountId, conversation: conversationId });
export type DeliveryTarget = z.infer<typeof deliveryTarget>;

/** Something said to a person. `key` is a hash of run and step: the vendor's idempotency key where it has one. */
export const delivery = z.object({
  key: z.string().min(1).max(64),
  type: z.enum(['reply', 'progress', 'approval']),
  account: accountId,
  conversation: conversationId,
  replyTo: jsonObject,
  /** Absent: it answers nothing. */
  inReplyTo: messageId.optional(),
  runId,
  text: z.string(),
  final: z.boolean(),
  outcome: outcome.optional(),
  /** Whom it is for, where others listen: the platform's mention goes before the text. */
  asker: sender.optional(),
  /** What may be decided by a button, where the platform has some. */
  approval: z.object({ id: approvalId }).optional(),
  /** The platform's id of the message that it takes the place of, where the platform can. */
  edits: z.string().max(256).optional(),
  language: language.optional(),
});
export type Delivery = z.infer<typeof delivery>;

/** What is known after a send. `possiblyRepeated`: an earlier attempt may have arrived as well. */
export const deliveryReceipt = z.object({
  providerId: z.string().max(256).optional(),
  possiblyRepeated: z.boolean().optional(),
  attempts: z.number().int().positive(),
});
export type DeliveryReceipt = z.infer<typeof deliveryReceipt>;
