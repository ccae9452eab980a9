import { type ObjectStore, PreconditionFailed } from '../objects/index.ts';
import { type Latest, latestKey, parseLatest, serialiseLatest, snapshotKey } from './snapshot-document.ts';

/** Versions kept of each conversation's memory. */
const keptVersions = 3;
/** How often a rival may come between a read and the write that follows from it. */
const maxRaces = 5;
const maxLatestBytes = 10_000;

/** What `latest.json` says, and the etag to replace it by. */
export interface NamedLatest {
  value: Latest;
  etag: string;
}

/** Throws `MemoryDamaged`. */
export async function readLatest(objects: ObjectStore, folder: string): Promise<NamedLatest | undefined> {
  const key = latestKey(folder);
  const found = await objects.get(key, { maxBytes: maxLatestBytes });
  return found ? { value: parseLatest(key, found.body), etag: found.etag } : undefined;
}

/**
 * Makes `latest.json` name a snapshot, unless it names that or a newer one already, and drops the version that is then
 * one too many. `seen` is what the caller read.
 */
export async function announce(
  objects: ObjectStore,
  folder: string,
  value: Latest,
  seen: NamedLatest | undefined,
): Promise<void> {
  const body = serialiseLatest(value);
  const dropped = value.sequence - keptVersions;
  let current = seen;
  for (let race = 0; ; race += 1) {
    if (current && current.value.sequence >= value.sequence) return;
    try {
      await Promise.all([
        objects.put(latestKey(folder), body, current ? { ifMatch: current.etag } : { ifNoneMatch: '*' }),
        // Only space is at stake: what stays behind goes by age.
        dropped > 0 ? objects.delete(snapshotKey(folder, dropped)).catch(() => {}) : undefined,
      ]);
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailed) || race === maxRaces) throw error;
      current = await readLatest(objects, folder);
    }
  }
}
