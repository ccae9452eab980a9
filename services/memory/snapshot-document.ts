import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Snapshot, snapshot as snapshotSchema } from '../../contracts/index.ts';
import { encodeKeySegment } from '../objects/index.ts';
import { MemoryDamaged } from './errors.ts';

/** Which snapshot is the newest: `memory/<account>/<conversation>/latest.json`. */
const latestSchema = z.object({
  schemaVersion: z.literal(1),
  sequence: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  savedAt: z.iso.datetime(),
});
export type Latest = z.infer<typeof latestSchema>;

/** Largest snapshot, in bytes. */
export const maxSnapshotBytes = 8 * 1024 * 1024;

/** Folder of a conversation's memory, with a slash behind. */
export function memoryFolder(account: string, conversation: string): string {
  return `memory/${encodeKeySegment(account)}/${encodeKeySegment(conversation)}/`;
}

/** Twelve digits, so that keys sort as sequences do. */
export function snapshotKey(folder: string, sequence: number): string {
  return `${folder}${String(sequence).padStart(12, '0')}.json`;
}

export function latestKey(folder: string): string {
  return `${folder}latest.json`;
}

/** The sequence in the key of a snapshot; 0 for any other key. */
export function sequenceOf(key: string): number {
  return Number(/\/(\d{12})\.json$/.exec(key)?.[1] ?? 0);
}

/** Fields in the schema's order, so that the same snapshot has the same bytes however it travelled. */
export function serialise(snapshot: Snapshot): Uint8Array {
  return Buffer.from(JSON.stringify(snapshotSchema.parse(snapshot)), 'utf8');
}

export function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

export function serialiseLatest(latest: Latest): Uint8Array {
  return Buffer.from(JSON.stringify(latest), 'utf8');
}

/** Throws `MemoryDamaged`. */
export function parseLatest(key: string, body: Uint8Array): Latest {
  return parse(key, body, latestSchema);
}

/** Read-only, for it may be shared. Throws `MemoryDamaged` also when it is the snapshot of something else. */
export function parseSnapshot(
  key: string,
  body: Uint8Array,
  place: Pick<Snapshot, 'account' | 'conversation' | 'sequence'>,
): Snapshot {
  const snapshot = parse(key, body, snapshotSchema);
  const { account, conversation, sequence } = place;
  if (
    snapshot.account !== account ||
    snapshot.conversation !== conversation ||
    snapshot.sequence !== sequence
  ) {
    throw new MemoryDamaged(key, 'belongs to another conversation or sequence');
  }
  for (const turn of snapshot.window) Object.freeze(turn);
  for (const bucket of snapshot.seen) Object.freeze(bucket);
  for (const note of snapshot.notes) Object.freeze(note);
  Object.freeze(snapshot.notes);
  Object.freeze(snapshot.window);
  Object.freeze(snapshot.seen);
  return Object.freeze(snapshot);
}

function parse<T>(key: string, body: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new MemoryDamaged(key, 'is not JSON');
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new MemoryDamaged(key, `is not of its form (${z.prettifyError(result.error).slice(0, 300)})`);
  return result.data;
}
