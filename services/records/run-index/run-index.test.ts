import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compact } from '../compaction/compact.ts';
import {
  entry,
  everything,
  hour,
  minute,
  now,
  openIndex,
  openStore,
  query,
  record,
  runIdOf,
  temporaryDirectory,
  writeSegment,
} from '../fixtures.suite.ts';
import { createRunLog } from '../run-log.ts';

const namesOf = ({ runs }: { runs: { id: string }[] }) => runs.map(({ id }) => id.replace(/q+$/, ''));

describe('the index', () => {
  it('sees what two writers wrote, one of them with a clock that is behind', async () => {
    const objects = await openStore();
    const index = await openIndex(objects);
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    await index.refresh();
    await writeSegment(objects, 'ended', now - 5 * minute, [record('b', now)]);
    await writeSegment(objects, 'ended', now + 1, [record('c', now)]);
    await index.refresh();
    expect(namesOf(await index.query(query())).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('answers the same after its directory was deleted, open or closed', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeSegment(objects, 'accepted', now, [entry('a', now), entry('b', now)]);
    await writeSegment(objects, 'ended', now, [record('b', now), record('stray', now)]);
    const index = await openIndex(objects, { directory });
    const before = await everything(index);
    expect(before).toMatchObject({ counts: { accepted: 2, answered: 2 } });
    await rm(directory, { recursive: true });
    expect(await everything(index)).toEqual(before);
    await index.close();
    await rm(directory, { recursive: true });
    expect(await everything(await openIndex(objects, { directory }))).toEqual(before);
  });

  it('finds what was written when a message was taken: open, ended, and after a merge', async () => {
    const objects = await openStore();
    const index = await openIndex(objects);
    const early = now - 5 * minute;
    const [a, b] = [entry('a', early, { raw: '{"event":1}' }), entry('b', now, { raw: '{"event":2}' })];
    await writeSegment(objects, 'accepted', early + 40, [a]);
    await writeSegment(objects, 'accepted', now + 40, [b]);
    await writeSegment(objects, 'ended', now + 1_000, [
      record('a', now, { acceptedAt: a.acceptedAt }),
      record('unasked', now, { acceptedAt: null }),
    ]);
    const found = async () => {
      await index.refresh();
      return Promise.all(
        ['a', 'b', 'unasked', 'unknown'].map((name) => index.acceptedByRunId(runIdOf(name))),
      );
    };
    expect(await found()).toEqual([a, b, null, null]);
    await compact(objects, { days: 30, bytes: 1e9, now: now + 2 * hour });
    expect(await found()).toEqual([a, b, null, null]);
  });

  it('is kept from one process to the next, and made anew when its file is damaged', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    const first = await openIndex(objects, { directory });
    const before = await everything(first);
    await first.close();
    const [file = ''] = (await readdir(directory)).filter((name) => name.endsWith('.duckdb'));
    const second = await openIndex(objects, { directory });
    expect(namesOf(await second.query(query()))).toEqual(['a']);
    await second.close();
    await writeFile(join(directory, file), 'not a database');
    expect(await everything(await openIndex(objects, { directory }))).toEqual(before);
  });

  it('is built anew where a file of another version is, which goes', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'runs-v1-0.duckdb'), 'of another shape');
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    const index = await openIndex(objects, { directory });
    await index.refresh();
    expect(namesOf(await index.query(query()))).toEqual(['a']);
    expect((await readdir(directory)).filter((name) => name.startsWith('runs-v1'))).toEqual([]);
  });

  it('has a file for each user of a directory', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    const [first, second] = [
      await openIndex(objects, { directory }),
      await openIndex(objects, { directory }),
    ];
    expect(await everything(first)).toEqual(await everything(second));
  });

  it('goes on after it was closed for being idle', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    const index = await openIndex(objects, { directory, idleMs: 1 });
    for (const name of ['a', 'b', 'c']) {
      await writeSegment(objects, 'ended', now, [record(name, now)]);
      await index.refresh();
      expect(namesOf(await index.query(query()))).toContain(name);
    }
    expect((await readdir(directory)).filter((name) => name.endsWith('.duckdb'))).toHaveLength(1);
  });

  it('skips a damaged segment or line, says so once, and answers with the rest', async () => {
    const objects = await openStore();
    const torn = await writeSegment(objects, 'ended', now + 1, [record('torn', now)]);
    const whole = (await objects.get(torn))?.body ?? new Uint8Array();
    await objects.put(torn, whole.slice(0, whole.length - 20));
    const foreign = await writeSegment(objects, 'ended', now + 2, [{ some: 'thing' }, record('b', now)]);
    const broken = await writeSegment(objects, 'accepted', now + 3, []);
    await objects.put(broken, Buffer.from('not gzip'));
    const wrong = await writeSegment(objects, 'ended', now + 4, [[1], 'text']);
    await writeSegment(objects, 'ended', now + 5, [record('a', now)]);
    const damaged: string[] = [];
    const index = await openIndex(objects, { onDamage: (key) => damaged.push(key) });
    await index.refresh();
    await index.refresh();
    expect(namesOf(await index.query(query())).toSorted()).toEqual(['a', 'b']);
    expect(damaged.toSorted()).toEqual([broken, foreign, torn, wrong].toSorted());
  });

  it('still gives what it knows of a run whose segment is lost', async () => {
    const objects = await openStore();
    const key = await writeSegment(objects, 'ended', now, [record('a', now)]);
    const index = await openIndex(objects);
    await index.refresh();
    await objects.delete(key);
    expect(await index.get(runIdOf('a'))).toEqual({ ...record('a', now), nodes: [] });
  });

  it('holds, after a refresh, what was durable before it was asked for, however many ask', async () => {
    const objects = await openStore();
    const log = createRunLog(objects, { minimumIntervalMs: 0 });
    const index = await openIndex(objects);
    await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        await log.append(record(`r${number}`, now));
        await index.refresh();
        expect(await index.get(runIdOf(`r${number}`))).not.toBeNull();
      }),
    );
    await log.close();
  });

  it('answers with what is there when patience ends before a refresh does', async () => {
    const index = await openIndex(await openStore());
    expect(await index.refresh({ patienceMs: 0 })).toBe(false);
    expect(await index.refresh({ patienceMs: 10_000 })).toBe(true);
  });
});
