import type { Snapshot, SnapshotRef } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import { memoryFolder } from './snapshot-document.ts';
import { createSnapshotStore } from './snapshot-store.ts';

/** When all snapshots of the suites were saved. */
export const savedAt = '2026-11-23T10:00:00.000Z';

export function snapshotOf(
  conversation: string,
  sequence: number,
  previous?: string,
  text = `turn ${sequence}`,
): Snapshot {
  return {
    schemaVersion: 1,
    account: 'hook',
    conversation,
    sequence,
    ...(previous === undefined ? {} : { previous }),
    window: [{ role: 'user', text, at: sequence }],
    seen: [{ hour: 1, hashes: 'abcdef' }],
    notes: [],
    savedAt,
  };
}

/** Saves sequences 1 to `count`, each following the one before; the store returned has read none of them. */
export async function saveSome(objects: ObjectStore, conversation: string, count: number) {
  const store = createSnapshotStore(objects);
  const refs: SnapshotRef[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    refs.push(await store.save(snapshotOf(conversation, sequence, refs.at(-1)?.hash)));
  }
  return { store: createSnapshotStore(objects), refs, folder: memoryFolder('hook', conversation) };
}
