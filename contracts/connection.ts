import { z } from 'zod';

const count = z.number().int().nonnegative();
const time = z.iso.datetime().nullable();

/** What is known of a long connection: the heartbeat details of the activity that holds it. */
export const connectionState = z.object({
  holder: count,
  /** The attempt that says this: a later one has not been heard of. */
  attempt: count,
  /** Null while there is none. */
  connectedSince: time,
  /** When the platform was last heard. */
  lastAliveAt: time,
  /** When it last sent something. */
  lastEventAt: time,
  /** Messages taken, by all attempts. */
  received: count,
  /** Times in a row that it did not last a minute. */
  failures: count,
  /** Workers in a row that do not know the account. */
  absences: count,
  /** Whether earlier holders were told that this one is connected. */
  announced: z.boolean(),
});
export type ConnectionState = z.infer<typeof connectionState>;
