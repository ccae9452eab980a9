import { z } from 'zod';
import { inboundMessage } from './message.ts';

/** Most bytes that are kept of the platform's event. */
export const rawEventLimit = 8_192;

/** What is written when a message was taken, before its 2xx: enough to tell the person if its work vanishes. */
export const acceptedEntry = inboundMessage
  .pick({
    id: true,
    runId: true,
    channel: true,
    account: true,
    conversation: true,
    sender: true,
    language: true,
    replyTo: true,
    acceptedAt: true,
    traceId: true,
  })
  .extend({
    /** The platform's event for diagnosis: JSON, cut with a mark where it was too long. */
    raw: z.string().max(rawEventLimit).optional(),
  });
export type AcceptedEntry = z.infer<typeof acceptedEntry>;

const count = z.number().int().nonnegative();
/** `accepted` equals the sum of the others once the last second's writes are in; a lasting difference is listed by message id. */
export const ledger = z.object({
  accepted: count,
  answered: count,
  failed: count,
  cancelled: count,
  running: count,
  waiting: count,
  /** Taken, but neither ended nor held by any workflow. */
  missing: z.array(z.object({ account: z.string(), messageId: z.string() })),
  /** Ended, but never counted as taken. */
  unaccepted: z.array(z.object({ account: z.string(), messageId: z.string() })),
});
export type Ledger = z.infer<typeof ledger>;
