import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../objects/index.ts';
import { describeMemoryDamage } from './damage.suite.ts';
import { MemoryDamaged, SnapshotConflict } from './errors.ts';
import { savedAt, saveSome, snapshotOf } from './saved-snapshots.suite.ts';
import { latestKey, snapshotKey } from './snapshot-document.ts';
import { createSnapshotStore } from './snapshot-store.ts';

const dayMs = 86_400_000;

/** What memory does on any object store. */
export function describeSnapshotStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`snapshot store on ${name}`, () => {
    let objects: ObjectStore;
    beforeAll(async () => {
      objects = await open();
    });
    afterAll(() => objects.close());

    const saved = (conversation: string, count: number) => saveSome(objects, conversation, count);
    const keysIn = async (folder: string) => {
      const keys: string[] = [];
      for await (const { key } of objects.list(folder)) keys.push(key);
      return keys;
    };

    it('has nothing of a conversation that was never saved', async () => {
      expect(await createSnapshotStore(objects).load('hook', 'never')).toBeNull();
    });

    it('gives back the newest snapshot, with the reference that saving returned', async () => {
      const { store, refs } = await saved('newest', 2);
      const found = await store.load('hook', 'newest');
      expect(found?.snapshot).toEqual(snapshotOf('newest', 2, refs[0]?.hash));
      expect(found?.ref).toEqual(refs[1]);
    });

    it('keeps the last three versions', async () => {
      const { folder } = await saved('versions', 5);
      expect(await keysIn(folder)).toEqual([
        ...[3, 4, 5].map((sequence) => snapshotKey(folder, sequence)),
        latestKey(folder),
      ]);
    });

    it.each([
      '../../etc/passwd',
      '群聊 #1 / 你好',
      'A',
      'a',
      '漢'.repeat(512),
      '\u0000\ud800',
      '%2e%2e',
      '.',
    ])('keeps a conversation named %j apart from all others', async (conversation) => {
      const { store } = await saved(conversation, 1);
      expect((await store.load('hook', conversation))?.snapshot.conversation).toBe(conversation);
      expect(await store.load('other', conversation)).toBeNull();
    });

    it('takes the same snapshot twice', async () => {
      const { store, refs } = await saved('twice', 2);
      expect(await store.save(snapshotOf('twice', 2, refs[0]?.hash))).toEqual(refs[1]);
    });

    it('refuses another snapshot of the same sequence, a lower one, and one that follows another', async () => {
      const { store, refs } = await saved('conflict', 2);
      const { hash } = refs[1] ?? { hash: '' };
      for (const wrong of [
        snapshotOf('conflict', 2, refs[0]?.hash, 'other'),
        snapshotOf('conflict', 1),
        snapshotOf('conflict', 3, refs[0]?.hash),
        snapshotOf('conflict', 3),
      ]) {
        await expect(store.save(wrong)).rejects.toThrow(SnapshotConflict);
      }
      expect((await store.load('hook', 'conflict'))?.ref.hash).toBe(hash);
    });

    it('lets one of several rivals for a sequence win', async () => {
      const { refs } = await saved('rivals', 1);
      const stores = Array.from({ length: 8 }, () => createSnapshotStore(objects));
      const results = await Promise.allSettled(
        stores.map((store, index) => store.save(snapshotOf('rivals', 2, refs[0]?.hash, `rival ${index}`))),
      );
      const winners = results.filter(({ status }) => status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(SnapshotConflict);
      }
    });

    it('never names an older snapshot over a newer one, however late a saver is', async () => {
      const { store, refs, folder } = await saved('late', 1);
      const second = snapshotOf('late', 2, refs[0]?.hash);
      const third = snapshotOf('late', 3, (await store.save(second)).hash);
      const before = await objects.get(latestKey(folder));
      await objects.put(
        latestKey(folder),
        Buffer.from(JSON.stringify({ schemaVersion: 1, ...refs[0], savedAt })),
      );
      const late: ObjectStore = {
        get: (key, options) => objects.get(key, options),
        list: (prefix, options) => objects.list(prefix, options),
        delete: (key) => objects.delete(key),
        close: () => objects.close(),
        put: async (key, body, condition) => {
          if (key === latestKey(folder) && condition?.ifMatch) {
            await objects.put(key, before?.body ?? new Uint8Array());
            await store.save(third);
          }
          return objects.put(key, body, condition);
        },
      };
      await createSnapshotStore(late).save(second);
      expect(Buffer.from((await objects.get(latestKey(folder)))?.body ?? '').toString()).toContain(
        '"sequence":3',
      );
      expect((await store.load('hook', 'late'))?.ref.sequence).toBe(3);
    });

    it('finds a snapshot whose save was interrupted before it was named, and lets the save be repeated', async () => {
      const { store, refs, folder } = await saved('interrupted', 2);
      const name = await objects.get(latestKey(folder));
      const third = snapshotOf('interrupted', 3, refs[1]?.hash);
      const ref = await store.save(third);
      await objects.put(latestKey(folder), name?.body ?? new Uint8Array());
      expect((await store.load('hook', 'interrupted'))?.ref).toEqual(ref);
      expect(await store.save(third)).toEqual(ref);
      expect(await store.save(snapshotOf('interrupted', 4, ref.hash))).toMatchObject({ sequence: 4 });
    });

    it('finds the very first snapshot when its save was interrupted', async () => {
      const { store, refs, folder } = await saved('first', 1);
      await objects.delete(latestKey(folder));
      expect((await store.load('hook', 'first'))?.ref).toEqual(refs[0]);
    });

    describeMemoryDamage(() => objects);

    it('reads a referenced snapshot, from the store once and then from memory', async () => {
      const { store, refs, folder } = await saved('ref', 2);
      const ref = refs[1] ?? { sequence: 0, hash: '' };
      const first = await store.loadRef('hook', 'ref', ref);
      await objects.delete(snapshotKey(folder, 2));
      expect(await store.loadRef('hook', 'ref', ref)).toBe(first);
      await expect(createSnapshotStore(objects).loadRef('hook', 'ref', ref)).rejects.toThrow(MemoryDamaged);
    });

    it('gives a run of long ago the newest memory once its own version was pushed out', async () => {
      const { store, refs } = await saved('superseded', 5);
      const found = await store.loadRef('hook', 'superseded', refs[0] ?? { sequence: 1, hash: '' });
      expect(found.sequence).toBe(5);
    });

    it('gives no conversation the memory of another by its hash', async () => {
      const { store, refs } = await saved('mine', 1);
      const ref = refs[0] ?? { sequence: 1, hash: '' };
      await store.loadRef('hook', 'mine', ref);
      await expect(store.loadRef('hook', 'yours', ref)).rejects.toThrow(MemoryDamaged);
    });

    it('forgets a conversation that was silent for longer than memory is kept, and begins anew', async () => {
      const { refs, folder } = await saved('silent', 4);
      const at = Date.parse(savedAt);
      const before = createSnapshotStore(objects, { keepDays: 30, now: () => at + 29 * dayMs });
      expect((await before.load('hook', 'silent'))?.ref).toEqual(refs[3]);
      const after = createSnapshotStore(objects, { keepDays: 30, now: () => at + 31 * dayMs });
      expect(await after.load('hook', 'silent')).toBeNull();
      expect(await keysIn(folder)).toEqual([]);
    });

    it('lets a conversation mend a store that was set back', async () => {
      const { store } = await saved('set-back', 2);
      await store.save(snapshotOf('set-back', 9, 'e'.repeat(64)));
      expect((await store.load('hook', 'set-back'))?.ref.sequence).toBe(9);
    });
  });
}
