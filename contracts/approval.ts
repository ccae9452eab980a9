import { z } from 'zod';
import { deliveryTarget } from './delivery.ts';
import { approvalId, runId } from './ids.ts';

/** Something that waits for a person's yes or no. */
export const approval = z.object({
  id: approvalId,
  runId,
  node: z.string(),
  /** What is asked, as the person sees it. */
  text: z.string(),
  /** Ids of those who may decide; empty: whoever is asked. */
  approvers: z.array(z.string()),
  /** Conversations that were asked beside the asker's own: people there may decide as well. */
  alsoAsked: z.array(deliveryTarget).optional(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
});
export type Approval = z.infer<typeof approval>;

export const decision = z.object({
  id: approvalId,
  decision: z.enum(['approve', 'deny']),
  /** Who decided, and where from. */
  by: z.string().min(1).max(256),
  via: z.enum(['chat', 'api']),
  note: z.string().max(1_000).optional(),
});
export type Decision = z.infer<typeof decision>;

/** An approval as its run carries it from one execution to the next. */
export interface HeldApproval extends Approval {
  /** Steps of what was said about it: the question, reminders. */
  said: string[];
  /** Made, but not gone on from yet. */
  decision?: Decision;
}

/** `notAllowed`: not one of the approvers. `notPending`: decided, expired, or never asked. */
export type DecisionResult = 'decided' | 'notAllowed' | 'notPending';
