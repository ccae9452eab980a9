import { ApplicationFailure } from '@temporalio/activity';
import type { MemoryRef, Snapshot, SnapshotRef, Turn } from '../../contracts/memory.ts';
import { MemoryDamaged, windowWithin } from '../../services/memory/index.ts';
import { failureOf } from '../failure.ts';

/** The part of services/memory that is used here. */
export interface Snapshots {
  loadRef(account: string, conversation: string, ref: SnapshotRef): Promise<Snapshot>;
}

/** What was said before: the newest turns that fit into so many tokens. Fails rather than forget. */
export async function recollect(
  snapshots: Snapshots,
  memory: MemoryRef | undefined,
  tokens: number,
): Promise<Turn[]> {
  if (!memory) return [];
  const { snapshot: ref, since } = memory;
  if (!ref) return windowWithin(since, tokens);
  const saved = await savedSnapshot(snapshots, memory, ref);
  // A newer snapshot than the one referred to, which is gone, holds some of the turns since as well.
  const end = saved.sequence > ref.sequence ? (saved.window.at(-1)?.at ?? 0) : 0;
  return windowWithin([...saved.window, ...since.filter(({ at }) => at > end)], tokens);
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
