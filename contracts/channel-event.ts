import { z } from 'zod';

/** The last thing that came for an account, and what became of it: for whoever sets the account up. */
export const channelEvent = z.object({
  /** Epoch milliseconds. */
  at: z.number().int().nonnegative(),
  verdict: z.enum(['taken', 'ignored', 'limited', 'refused', 'unavailable']),
  /** Why it was not taken. */
  reason: z.string().max(500).optional(),
});
export type ChannelEvent = z.infer<typeof channelEvent>;
