import { z } from 'zod';
import { language } from './errors.ts';
import { accountId, conversationId } from './ids.ts';
import { sender } from './sender.ts';

/** 8 characters that are not taken for one another: no I, O, 0, 1. */
export const pairingCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-HJ-NP-Z2-9]{8}$/, '8 letters and digits');

/** Somebody unknown who wrote, and may be let in. */
export const pendingPairing = z.object({
  code: pairingCode,
  account: accountId,
  sender,
  /** Their direct chat, where they hear of it. */
  conversation: conversationId,
  language,
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type PendingPairing = z.infer<typeof pendingPairing>;

/** Somebody who was let in. `by`: the administrator, by the platform's id, or who used the API. */
export const pairedPerson = sender.extend({ since: z.iso.datetime(), by: z.string().min(1).max(256) });
export type PairedPerson = z.infer<typeof pairedPerson>;
