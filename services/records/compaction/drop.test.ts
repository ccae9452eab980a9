import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../objects/index.ts';
import { BooksDamaged } from '../errors.ts';
import {
  entry,
  everything,
  hour,
  keysOf,
  now,
  openIndex,
  openStore,
  query,
  record,
  runIdOf,
  withoutMessage,
  writeSegment,
} from '../fixtures.suite.ts';
import type { RunIndex } from '../run-index/run-index.ts';
import { compact } from './compact.ts';
import { atEveryStep, writeMany } from './compaction.suite.ts';

const keep = { days: 30, bytes: 1e12, now };
/** Drops all but the last hours. */
const dropAll = { ...keep, bytes: 0 };
const day = 24 * hour;

/** Two hours to be dropped, and the current one, with messages across each border. */
async function acrossBorders(): Promise<ObjectStore> {
  const objects = await openStore();
  const [first, second, last] = [now - 6 * hour, now - 5 * hour, now];
  await writeSegment(objects, 'accepted', first, [entry('a', first), entry('b', first), entry('c', first)]);
  await writeSegment(objects, 'accepted', first, [entry('waits', first), entry('repeated', first)]);
  await writeSegment(objects, 'ended', first, [record('a', first), record('api', first, withoutMessage)]);
  await writeSegment(objects, 'ended', first, [record('repeated', first), record('stray', first)]);
  await writeSegment(objects, 'accepted', second, [entry('repeated', second), entry('d', second)]);
  await writeSegment(objects, 'ended', second, [
    record('b', second, { status: 'failed' }),
    record('a', second),
  ]);
  await writeSegment(objects, 'accepted', last, [
    entry('repeated', last),
    entry('e', last),
    entry('open', last),
  ]);
  await writeSegment(objects, 'ended', last, [record('c', last), record('d', last, { status: 'cancelled' })]);
  await writeSegment(objects, 'ended', last, [record('e', last), record('stray', last)]);
  return objects;
}
const ledgerAcross = { accepted: 8, answered: 5, failed: 1, cancelled: 1 };

/** What must be the same before and after a drop: all but the list of runs. */
async function ledgerOf(objects: ObjectStore, opened?: RunIndex): Promise<unknown> {
  const index = opened ?? (await openIndex(objects));
  await index.refresh();
  const open = await index.open({ olderThanMs: 0 });
  const unaccepted = await index.unaccepted();
  return { counts: await index.ledgerCounts(), open: open.map(({ id }) => id), unaccepted };
}

describe('dropping', () => {
  const expected = {
    counts: ledgerAcross,
    open: ['message waits', 'message open'],
    unaccepted: [
      { runId: runIdOf('stray'), account: 'hook', messageId: 'message stray', outcome: 'answered' },
    ],
  };

  it('keeps the ledger right: totals, what is open, what was never accepted, repeats across the border', async () => {
    const objects = await acrossBorders();
    const early = await openIndex(objects);
    await early.refresh();
    expect(await ledgerOf(objects)).toEqual(expected);
    expect(await compact(objects, dropAll)).toMatchObject({ dropped: 4 });
    expect(await ledgerOf(objects)).toEqual(expected);
    await early.refresh();
    expect(await early.ledgerCounts()).toEqual(ledgerAcross);
    expect(await early.get(runIdOf('a'))).toBeNull();
    expect(await early.openByRunId(runIdOf('waits'))).toEqual(entry('waits', now - 6 * hour));
    expect(await everything(early)).toEqual(await everything(await openIndex(objects)));
  });

  it('keeps the ledger right when what was carried ends, and is dropped in turn', async () => {
    const objects = await acrossBorders();
    await compact(objects, dropAll);
    const later = now + 10 * hour;
    await writeSegment(objects, 'ended', later, [record('waits', later), record('open', later)]);
    await writeSegment(objects, 'accepted', later, [entry('stray', later)]);
    const counts = { accepted: 9, answered: 7, failed: 1, cancelled: 1 };
    const settled = { counts, open: [], unaccepted: [] };
    expect(await ledgerOf(objects)).toEqual(settled);
    await compact(objects, { ...dropAll, now: now + 2 * day });
    expect(await keysOf(objects, 'runs/')).toEqual([]);
    expect(await ledgerOf(objects)).toEqual(settled);
    expect(await keysOf(objects, 'ledger/')).toHaveLength(1);
  });

  it('keeps the ledger right, killed at any step', async () => {
    const steps = await atEveryStep(
      acrossBorders,
      (objects) => compact(objects, dropAll),
      async (objects) => {
        const index = await openIndex(objects);
        expect(await ledgerOf(objects, index)).toEqual(expected);
        await compact(objects, dropAll);
        expect(await ledgerOf(objects, index)).toEqual(expected);
        expect(await keysOf(objects, 'ledger/')).toHaveLength(1);
      },
    );
    expect(steps).toBeGreaterThan(8);
  }, 60_000);

  it('keeps the ledger right when two processes compact at once', async () => {
    const objects = await acrossBorders();
    await Promise.all([compact(objects, dropAll), compact(objects, dropAll), compact(objects, dropAll)]);
    await compact(objects, dropAll);
    expect(await ledgerOf(objects)).toEqual(expected);
  });

  it('drops by age and by size, the oldest first, and never what may still be written to', async () => {
    const objects = await openStore();
    for (const [name, age] of Object.entries({ a: 3 * day, b: day, c: 12 * hour, d: hour, e: 0 }))
      await writeMany(objects, now - age, 1, name);
    const left = async () => {
      const index = await openIndex(objects);
      await index.refresh();
      return (await index.query(query())).runs.map(({ id }) => id.slice(0, 1)).toReversed();
    };
    await compact(objects, { ...keep, days: 2 });
    expect(await left()).toEqual(['b', 'c', 'd', 'e']);
    let size = 0;
    for await (const listed of objects.list('runs/')) size += listed.size;
    await compact(objects, { ...keep, bytes: size - 1 });
    expect(await left()).toEqual(['c', 'd', 'e']);
    await compact(objects, dropAll);
    expect(await left()).toEqual(['d', 'e']);
    expect(await ledgerOf(objects)).toMatchObject({ counts: { accepted: 5, answered: 5 } });
  });

  it('counts what a clock far behind wrote into an hour that is closed', async () => {
    const objects = await acrossBorders();
    await compact(objects, dropAll);
    await writeMany(objects, now - 6 * hour, 2, 'late');
    await compact(objects, { ...keep, days: 30 });
    const counts = { ...ledgerAcross, accepted: 10, answered: 7 };
    expect(await ledgerOf(objects)).toMatchObject({ counts });
  });

  it('never begins totals anew: with damaged books the ledger fails, and runs are still found', async () => {
    const objects = await acrossBorders();
    await compact(objects, dropAll);
    const [books = ''] = await keysOf(objects, 'ledger/');
    await objects.put(books, Buffer.from('damaged'));
    const damaged: string[] = [];
    const index = await openIndex(objects, { onDamage: (key) => damaged.push(key) });
    await index.refresh();
    await expect(index.ledgerCounts()).rejects.toThrow(BooksDamaged);
    expect(await index.get(runIdOf('e'))).toMatchObject({ id: runIdOf('e') });
    expect(damaged).toEqual(['ledger/books']);
    await expect(compact(objects, dropAll)).rejects.toThrow(BooksDamaged);
  });
});
