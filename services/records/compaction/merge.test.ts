import { describe, expect, it } from 'vitest';
import {
  everything,
  hour,
  keysOf,
  minute,
  now,
  openIndex,
  openStore,
  writeSegment,
} from '../fixtures.suite.ts';
import { compact } from './compact.ts';
import { atEveryStep, writeMany } from './compaction.suite.ts';

const keep = { days: 30, bytes: 1e12, now };

describe('merging', () => {
  it('leaves few segments that say the same, to an index that saw the small ones and to one that did not', async () => {
    const objects = await openStore();
    await writeMany(objects, now - 2 * hour, 10, 'a');
    await writeMany(objects, now - 30 * minute, 10, 'b');
    const early = await openIndex(objects);
    const before = await everything(early);
    const { merged, dropped } = await compact(objects, keep);
    expect({ merged, dropped }).toEqual({ merged: 40, dropped: 0 });
    expect(await keysOf(objects, 'runs/')).toHaveLength(4);
    expect(await everything(early)).toEqual(before);
    expect(await everything(await openIndex(objects))).toEqual(before);
    expect(await compact(objects, keep)).toEqual({ merged: 0, dropped: 0 });
  });

  it('leaves groups alone that are still being written beside others', async () => {
    const objects = await openStore();
    await writeMany(objects, now - 5_000, 20, 'a');
    expect(await compact(objects, keep)).toEqual({ merged: 0, dropped: 0 });
  });

  it('leaves a damaged segment where it is, and says so', async () => {
    const objects = await openStore();
    await writeMany(objects, now - 2 * hour, 3, 'a');
    const key = await writeSegment(objects, 'ended', now - 2 * hour, []);
    await objects.put(key, Buffer.from('damaged'));
    const damaged: string[] = [];
    await compact(objects, { ...keep, onDamage: (damagedKey) => damaged.push(damagedKey) });
    expect(damaged).toEqual([key]);
    expect(await keysOf(objects, 'runs/ended/')).toContain(key);
    expect(await keysOf(objects, 'runs/')).toHaveLength(3);
  });

  it('loses and doubles nothing, killed at any step', async () => {
    const prepare = async () => {
      const objects = await openStore();
      await writeMany(objects, now - 2 * hour, 3, 'a');
      return objects;
    };
    const expected = await everything(await openIndex(await prepare()));
    const steps = await atEveryStep(
      prepare,
      (objects) => compact(objects, keep),
      async (objects) => {
        const index = await openIndex(objects);
        expect(await everything(index)).toEqual(expected);
        await compact(objects, keep);
        expect(await everything(index)).toEqual(expected);
      },
    );
    expect(steps).toBe(8);
  }, 60_000);

  it('lets an index that reads at the same time miss nothing', async () => {
    const objects = await openStore();
    await writeMany(objects, now - 2 * hour, 30, 'a');
    const index = await openIndex(objects);
    await Promise.all([compact(objects, keep), index.refresh()]);
    expect(await index.ledgerCounts()).toEqual({ accepted: 30, answered: 30, failed: 0, cancelled: 0 });
  });
});
