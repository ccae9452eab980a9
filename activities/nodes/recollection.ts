import { ApplicationFailure } from '@temporalio/activity';
import type { MemoryRef, Note, NotesSince, Snapshot, SnapshotRef, Turn } from '../../contracts/memory.ts';
import { estimateTokens, MemoryDamaged, windowWithin } from '../../services/memory/index.ts';
import { failureOf } from '../failure.ts';

/** The part of services/memory that is used here. */
export interface Snapshots {
  loadRef(account: string, conversation: string, ref: SnapshotRef): Promise<Snapshot>;
}

/** What a conversation remembers. */
export interface Recollection {
  turns: Turn[];
  notes: Note[];
}

/** All that is remembered, oldest first. Fails rather than forget. */
export async function recollectAll(
  snapshots: Snapshots,
  memory: MemoryRef | undefined,
): Promise<Recollection> {
  if (!memory) return { turns: [], notes: [] };
  const { snapshot: ref, since } = memory;
  if (!ref) return { turns: since, notes: notesWith([], memory.notes) };
  const saved = await savedSnapshot(snapshots, memory, ref);
  // A newer snapshot than the one referred to, which is gone, holds some of the turns since as well.
  const end = saved.sequence > ref.sequence ? (saved.window.at(-1)?.at ?? 0) : 0;
  return {
    turns: [...saved.window, ...since.filter(({ at }) => at > end)],
    notes: notesWith(saved.notes, memory.notes),
  };
}

/** The newest of it that fits into so many tokens; notes take half of them at most. */
export async function recollect(
  snapshots: Snapshots,
  memory: MemoryRef | undefined,
  tokens: number,
): Promise<Recollection> {
  const { turns, notes } = await recollectAll(snapshots, memory);
  let left = Math.floor(tokens / 2);
  let first = notes.length;
  for (; first > 0; first -= 1) {
    const cost = estimateTokens(notes[first - 1]?.text ?? '');
    if (cost > left) break;
    left -= cost;
  }
  const spent = first < notes.length ? Math.floor(tokens / 2) - left : 0;
  return { turns: windowWithin(turns, tokens - spent), notes: notes.slice(first) };
}

function notesWith(saved: readonly Note[], since: NotesSince | undefined): Note[] {
  const gone = new Set([...(since?.forgotten ?? []), ...(since?.added ?? []).map(({ id }) => id)]);
  return [...saved.filter(({ id }) => !gone.has(id)), ...(since?.added ?? [])];
}

async function savedSnapshot(
  snapshots: Snapshots,
  { account, conversation }: MemoryRef,
  ref: SnapshotRef,
): Promise<Snapshot> {
  try {
    return await snapshots.loadRef(account, conversation, ref);
  } catch (error) {
    if (error instanceof MemoryDamaged) throw ApplicationFailure.nonRetryable(error.message, 'MemoryDamaged');
    throw failureOf(error, 'StoreUnavailable');
  }
}
