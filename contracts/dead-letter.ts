import { z } from 'zod';
import { delivery } from './delivery.ts';
import { runContext } from './run-context.ts';

/** The key of its delivery: a hash of run and step. */
export const deadLetterId = z.string().regex(/^[\w-]{43}$/, '43 letters, digits, - and _');

/** Something that could not be said, kept so that it can be sent again. */
export const deadLetter = z.object({
  id: deadLetterId,
  run: runContext,
  step: z.string(),
  delivery: delivery.omit({ key: true }).partial({ replyTo: true }),
  /** Of its messages, how many arrived. */
  posted: z.number().int().nonnegative(),
  attempts: z.number().int().positive(),
  /** Why it could not be said, the last time. */
  error: z.string().max(2_000),
  failedAt: z.iso.datetime(),
});
export type DeadLetter = z.infer<typeof deadLetter>;
