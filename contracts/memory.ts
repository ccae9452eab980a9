import { z } from 'zod';
import { conversationId } from './ids.ts';

/** One thing said, as it is remembered. */
export const turn = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  /** Epoch milliseconds. */
  at: z.number().int(),
});
export type Turn = z.infer<typeof turn>;

/** Message ids seen within an hour: `hour` in hours since the epoch, `hashes` fixed-width and concatenated. */
export const seenBucket = z.object({ hour: z.number().int(), hashes: z.string() });
export type SeenBucket = z.infer<typeof seenBucket>;

/** A conversation's memory, serialised. Its lineage is `sequence` and `previous` (hash of the one before). */
export const snapshot = z.object({
  schemaVersion: z.literal(1),
  account: z.string(),
  conversation: conversationId,
  sequence: z.number().int().positive(),
  previous: z.string().optional(),
  window: z.array(turn),
  seen: z.array(seenBucket),
  savedAt: z.iso.datetime(),
});
export type Snapshot = z.infer<typeof snapshot>;

/** Points at one saved snapshot. `hash`: SHA-256 of its bytes, hex. */
export const snapshotRef = z.object({ sequence: z.number().int().positive(), hash: z.string() });
export type SnapshotRef = z.infer<typeof snapshotRef>;

/** The conversation so far: a saved snapshot, and what was said since. Small enough for history. */
export const memoryRef = z.object({
  account: z.string(),
  conversation: conversationId,
  snapshot: snapshotRef.optional(),
  since: z.array(turn),
});
export type MemoryRef = z.infer<typeof memoryRef>;
