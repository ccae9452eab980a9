import { expect, it } from 'vitest';
import type { ObjectStore } from '../objects/index.ts';
import { MemoryDamaged } from './errors.ts';
import { saveSome, snapshotOf } from './saved-snapshots.suite.ts';
import { latestKey, snapshotKey } from './snapshot-document.ts';

/** What is lost or altered in the store is reported with its key, and never taken for an empty memory. */
export function describeMemoryDamage(objects: () => ObjectStore): void {
  const damages: { what: string; harm: (folder: string) => Promise<string> }[] = [
    {
      what: 'the newest snapshot is gone',
      harm: async (folder) => {
        await objects().delete(snapshotKey(folder, 4));
        return snapshotKey(folder, 4);
      },
    },
    {
      what: 'all snapshots are gone',
      harm: async (folder) => {
        for (const sequence of [2, 3, 4]) await objects().delete(snapshotKey(folder, sequence));
        return snapshotKey(folder, 4);
      },
    },
    {
      what: 'nothing names the snapshots any more',
      harm: async (folder) => {
        await objects().delete(latestKey(folder));
        return latestKey(folder);
      },
    },
    {
      what: 'the newest snapshot is cut off',
      harm: async (folder) => {
        const found = await objects().get(snapshotKey(folder, 4));
        await objects().put(snapshotKey(folder, 4), (found?.body ?? new Uint8Array()).slice(0, 50));
        return snapshotKey(folder, 4);
      },
    },
    {
      what: 'the newest snapshot is empty',
      harm: async (folder) => {
        await objects().put(snapshotKey(folder, 4), new Uint8Array());
        return snapshotKey(folder, 4);
      },
    },
    {
      what: 'the newest snapshot was altered',
      harm: async (folder) => {
        const found = await objects().get(snapshotKey(folder, 4));
        const text = Buffer.from(found?.body ?? '')
          .toString()
          .replace('turn 4', 'turn 5');
        await objects().put(snapshotKey(folder, 4), Buffer.from(text));
        return snapshotKey(folder, 4);
      },
    },
    {
      what: 'the name is torn',
      harm: async (folder) => {
        await objects().put(latestKey(folder), Buffer.from('{"schemaVersion":1,"seq'));
        return latestKey(folder);
      },
    },
    {
      what: 'a snapshot above the named one does not follow it',
      harm: async (folder) => {
        const stray = { ...snapshotOf('x', 5, 'f'.repeat(64)), conversation: 'damage 7' };
        await objects().put(snapshotKey(folder, 5), Buffer.from(JSON.stringify(stray)));
        return latestKey(folder);
      },
    },
  ];
  it.each(damages.map((damage, index) => ({ ...damage, conversation: `damage ${index}` })))(
    'reports damage when $what',
    async ({ conversation, harm }) => {
      const { store, folder } = await saveSome(objects(), conversation, 4);
      const key = await harm(folder);
      const error = await store.load('hook', conversation).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MemoryDamaged);
      expect(error).toMatchObject({ key });
    },
  );

  it('refuses a snapshot whose form is wrong although its hash is right', async () => {
    const { store, refs, folder } = await saveSome(objects(), 'form', 1);
    const key = snapshotKey(folder, 1);
    const found = await objects().get(key);
    const wrong = Buffer.from(
      Buffer.from(found?.body ?? '')
        .toString()
        .replace('"schemaVersion":1', '"schemaVersion":9'),
    );
    await objects().put(key, wrong);
    await objects().delete(latestKey(folder));
    await expect(store.load('hook', 'form')).rejects.toThrow(MemoryDamaged);
    await expect(store.loadRef('hook', 'form', refs[0] ?? { sequence: 1, hash: '' })).rejects.toThrow(
      MemoryDamaged,
    );
  });
}
