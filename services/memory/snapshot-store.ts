import type { Snapshot, SnapshotRef } from '../../contracts/index.ts';
import { ImmutableCache, type ObjectStore, ObjectTooLarge, PreconditionFailed } from '../objects/index.ts';
import { MemoryDamaged, SnapshotConflict } from './errors.ts';
import { announce, readLatest } from './latest.ts';
import {
  hashOf,
  type Latest,
  latestKey,
  maxSnapshotBytes,
  memoryFolder,
  parseSnapshot,
  sequenceOf,
  serialise,
  snapshotKey,
} from './snapshot-document.ts';

/** How often a rival may come between a read and what follows from it. */
const maxRaces = 5;
const dayMs = 86_400_000;

export interface SnapshotStoreOptions {
  /** Memory of a conversation that has been silent for longer counts as none. */
  keepDays?: number;
  /** Bound of the snapshots kept in memory, in bytes. */
  cacheBytes?: number;
  /** Epoch milliseconds. */
  now?: () => number;
}

/**
 * Conversations' memories. All methods throw `ObjectStoreUnavailable`. Snapshots returned are shared and frozen.
 *
 * Each snapshot is an object of its own that is only ever created, and `latest.json` beside them names the newest with
 * its hash. The two witness for each other, which a listing alone or one replaced object could not: a conversation
 * without either was never saved; a named snapshot that is gone, or snapshots that nothing names, were lost. The name
 * is written after the snapshot, so a saver that dies in between leaves one snapshot above it, whose `previous` is the
 * hash that `latest.json` holds: that one is whole, and is the newest. Gaps below the newest are no damage: each
 * snapshot holds the whole window, and the older ones go by number and by age.
 */
export interface SnapshotStore {
  /** The newest snapshot; null when none was ever saved, or the conversation outlived `keepDays`. Throws `MemoryDamaged`. */
  load(account: string, conversation: string): Promise<{ snapshot: Snapshot; ref: SnapshotRef } | null>;
  /**
   * The snapshot a reference names or, when newer ones have pushed it out, the newest. Throws `MemoryDamaged`,
   * also when there is none.
   */
  loadRef(account: string, conversation: string, ref: SnapshotRef): Promise<Snapshot>;
  /** The same snapshot again succeeds again. Throws `SnapshotConflict` when it does not continue what is saved. */
  save(snapshot: Snapshot): Promise<SnapshotRef>;
}

export function createSnapshotStore(objects: ObjectStore, options: SnapshotStoreOptions = {}): SnapshotStore {
  return new Snapshots(objects, options);
}

class Snapshots implements SnapshotStore {
  readonly #objects: ObjectStore;
  readonly #keepMs: number;
  readonly #now: () => number;
  readonly #cache: ImmutableCache<Snapshot>;

  constructor(objects: ObjectStore, options: SnapshotStoreOptions) {
    this.#objects = objects;
    this.#keepMs = (options.keepDays ?? Number.POSITIVE_INFINITY) * dayMs;
    this.#now = options.now ?? Date.now;
    this.#cache = new ImmutableCache(options.cacheBytes ?? 32 * 1024 * 1024);
  }

  async load(
    account: string,
    conversation: string,
  ): Promise<{ snapshot: Snapshot; ref: SnapshotRef } | null> {
    const folder = memoryFolder(account, conversation);
    for (let race = 0; ; race += 1) {
      const [latest, listed] = await Promise.all([
        readLatest(this.#objects, folder),
        this.#newestListed(folder),
      ]);
      if (latest && this.#isForgotten(latest.value.savedAt)) {
        await this.#forget(folder);
        return null;
      }
      const sequence = Math.max(latest?.value.sequence ?? 0, listed);
      if (sequence === 0) return null;
      const key = snapshotKey(folder, sequence);
      const found = await this.#objects.get(key, { maxBytes: maxSnapshotBytes });
      if (!found) {
        // Savers may have gone three versions further meanwhile.
        const after = await readLatest(this.#objects, folder);
        if (race < maxRaces && after && after.value.sequence > sequence) continue;
        throw new MemoryDamaged(key, 'is missing although it was saved');
      }
      const ref = { sequence, hash: hashOf(found.body) };
      if (latest?.value.sequence === sequence && latest.value.hash !== ref.hash) {
        throw new MemoryDamaged(key, 'is not what was saved');
      }
      const snapshot = parseSnapshot(key, found.body, { account, conversation, sequence });
      if (latest?.value.sequence !== sequence) {
        if (!latest && this.#isForgotten(snapshot.savedAt)) return null;
        checkInterruptedSave(folder, snapshot, latest?.value);
      }
      this.#cache.set(ref.hash, snapshot, found.body.byteLength);
      return { snapshot, ref };
    }
  }

  async loadRef(account: string, conversation: string, ref: SnapshotRef): Promise<Snapshot> {
    const cached = this.#cache.get(ref.hash);
    if (cached?.account === account && cached.conversation === conversation) return cached;
    const folder = memoryFolder(account, conversation);
    const key = snapshotKey(folder, ref.sequence);
    const found = await this.#objects.get(key, { maxBytes: maxSnapshotBytes });
    if (!found) {
      const newest = await this.load(account, conversation);
      if (newest && newest.ref.sequence > ref.sequence) return newest.snapshot;
      throw new MemoryDamaged(key, 'is missing although it was saved');
    }
    if (hashOf(found.body) !== ref.hash) throw new MemoryDamaged(key, 'is not what was saved');
    const snapshot = parseSnapshot(key, found.body, { account, conversation, sequence: ref.sequence });
    this.#cache.set(ref.hash, snapshot, found.body.byteLength);
    return snapshot;
  }

  async save(snapshot: Snapshot): Promise<SnapshotRef> {
    const { account, conversation, sequence } = snapshot;
    const folder = memoryFolder(account, conversation);
    const key = snapshotKey(folder, sequence);
    const body = serialise(snapshot);
    if (body.byteLength > maxSnapshotBytes) throw new ObjectTooLarge(key, body.byteLength, maxSnapshotBytes);
    const ref = { sequence, hash: hashOf(body) };
    const latest = await readLatest(this.#objects, folder);
    const saved = latest && !this.#isForgotten(latest.value.savedAt) ? latest.value : undefined;
    if (latest && !saved) await this.#forget(folder);
    if (saved) checkContinues(key, snapshot, ref, saved);
    await this.#create(key, body, ref.hash);
    await announce(
      this.#objects,
      folder,
      { schemaVersion: 1, ...ref, savedAt: snapshot.savedAt },
      saved ? latest : undefined,
    );
    this.#cache.set(ref.hash, parseSnapshot(key, body, snapshot), body.byteLength);
    return ref;
  }

  async #create(key: string, body: Uint8Array, hash: string): Promise<void> {
    try {
      await this.#objects.put(key, body, { ifNoneMatch: '*' });
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      const present = await this.#objects.get(key, { maxBytes: maxSnapshotBytes });
      if (present && hashOf(present.body) === hash) return;
      throw new SnapshotConflict(key, 'another snapshot has this sequence');
    }
  }

  async #newestListed(folder: string): Promise<number> {
    let newest = 0;
    for await (const { key } of this.#objects.list(folder)) newest = Math.max(newest, sequenceOf(key));
    return newest;
  }

  #isForgotten(savedAt: string): boolean {
    return this.#now() - Date.parse(savedAt) > this.#keepMs;
  }

  /** `latest.json` last: while it is there, what is left is known to be over age. */
  async #forget(folder: string): Promise<void> {
    for await (const { key } of this.#objects.list(folder)) {
      if (key !== latestKey(folder)) await this.#objects.delete(key);
    }
    await this.#objects.delete(latestKey(folder));
  }
}

/**
 * Throws `SnapshotConflict` unless the snapshot is the one saved last, or comes after it. It may come some numbers
 * later: then the store was set back, and the conversation, which holds the whole window, mends it.
 */
function checkContinues(key: string, snapshot: Snapshot, ref: SnapshotRef, saved: Latest): void {
  if (ref.sequence < saved.sequence)
    throw new SnapshotConflict(key, `sequence ${saved.sequence} is saved already`);
  if (ref.sequence === saved.sequence && ref.hash !== saved.hash) {
    throw new SnapshotConflict(key, 'another snapshot has this sequence');
  }
  if (ref.sequence === saved.sequence + 1 && snapshot.previous !== saved.hash) {
    throw new SnapshotConflict(key, 'it does not follow the snapshot that is saved');
  }
}

/** A snapshot above the one that `latest.json` names has to be what a save left that was interrupted in between. */
function checkInterruptedSave(folder: string, snapshot: Snapshot, latest: Latest | undefined): void {
  if (latest ? snapshot.previous === latest.hash : snapshot.sequence === 1) return;
  throw new MemoryDamaged(latestKey(folder), 'does not lead to the newest snapshot');
}
