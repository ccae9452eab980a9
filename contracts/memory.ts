import { z } from 'zod';
import { conversationId, flowId } from './ids.ts';

/** One thing said, as it is remembered. */
export const turn = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  /** Epoch milliseconds. */
  at: z.number().int(),
});
export type Turn = z.infer<typeof turn>;

/** Something that a conversation was asked to remember. */
export const note = z.object({
  id: z.string().min(1).max(64),
  text: z.string().min(1).max(4_000),
  /** Epoch milliseconds. */
  at: z.number().int(),
  /** Who asked for it. */
  by: z.string().max(256),
});
export type Note = z.infer<typeof note>;

/** A change of a conversation's notes, from a flow. The same again changes nothing. */
export type NoteChange = { type: 'remember'; note: Note } | { type: 'forget'; id: string };

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
  notes: z.array(note).default([]),
  /** The flow that the people of the conversation chose for it. */
  flow: flowId.optional(),
  /** The model that they chose, by its id. */
  model: z.string().max(40).optional(),
  savedAt: z.iso.datetime(),
});
export type Snapshot = z.infer<typeof snapshot>;

/** Points at one saved snapshot. `hash`: SHA-256 of its bytes, hex. */
export const snapshotRef = z.object({ sequence: z.number().int().positive(), hash: z.string() });
export type SnapshotRef = z.infer<typeof snapshotRef>;

/** What a conversation notes beyond its snapshot. `count`: of all its notes. */
export const notesSince = z.object({
  count: z.number().int().nonnegative(),
  added: z.array(note),
  forgotten: z.array(z.string()),
});
export type NotesSince = z.infer<typeof notesSince>;

/** The conversation so far: a saved snapshot, and what was said and noted since. Small enough for history. */
export const memoryRef = z.object({
  account: z.string(),
  conversation: conversationId,
  snapshot: snapshotRef.optional(),
  since: z.array(turn),
  notes: notesSince.optional(),
});
export type MemoryRef = z.infer<typeof memoryRef>;
