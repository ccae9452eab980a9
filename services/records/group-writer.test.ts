import { describe, expect, it, vi } from 'vitest';
import { type ObjectStore, ObjectStoreUnavailable } from '../objects/index.ts';
import { EntryTooLarge, RecordsUnavailable } from './errors.ts';
import { interfered, keysOf, openStore } from './fixtures.suite.ts';
import { GroupWriter, type GroupWriterOptions } from './group-writer.ts';
import { decodeSegment } from './segment.ts';

const prefix = 'runs/accepted/';
const writerOn = (objects: ObjectStore, options: Partial<GroupWriterOptions> = {}) =>
  new GroupWriter(objects, 'accepted', { minimumIntervalMs: 0, ...options });

/** The lines of each object, in the order of their keys. */
async function groupsIn(objects: ObjectStore): Promise<string[][]> {
  const keys = await keysOf(objects, prefix);
  const bodies = await Promise.all(
    keys.map(async (key) => (await objects.get(key))?.body ?? new Uint8Array()),
  );
  const texts = await Promise.all(bodies.map(async (body) => (await decodeSegment(body)).toString()));
  return texts.map((text) => text.trimEnd().split('\n'));
}

/** Holds back each write until it is let go. */
function gated(objects: ObjectStore) {
  const waiting: (() => void)[] = [];
  const store = interfered(objects, { before: () => new Promise<void>((resolve) => waiting.push(resolve)) });
  return { store, waiting, letGo: () => waiting.shift()?.() };
}

describe('group commit', () => {
  it('writes what is appended at once as one object, in order', async () => {
    const objects = await openStore();
    const writer = writerOn(objects);
    await Promise.all(['1', '2', '3'].map((line) => writer.append(line)));
    expect(await groupsIn(objects)).toEqual([['1', '2', '3']]);
  });

  it('groups what arrives while a flush is under way', async () => {
    const objects = await openStore();
    const { store, waiting, letGo } = gated(objects);
    const writer = writerOn(store);
    const first = writer.append('1');
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    const rest = [writer.append('2'), writer.append('3')];
    letGo();
    await first;
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    letGo();
    await Promise.all(rest);
    expect((await groupsIn(objects)).toSorted()).toEqual([['1'], ['2', '3']]);
  });

  it('flushes at once when idle, and again only after the minimum interval', async () => {
    const writer = writerOn(await openStore(), { minimumIntervalMs: 300 });
    const start = performance.now();
    await writer.append('1');
    expect(performance.now() - start).toBeLessThan(250);
    await writer.append('2');
    expect(performance.now() - start).toBeGreaterThanOrEqual(295);
  });

  it('waits less after a small group than after a large one', async () => {
    const writer = writerOn(await openStore(), { minimumIntervalMs: 60_000, intervalPerLineMs: 100 });
    const start = performance.now();
    await writer.append('1');
    await Promise.all(['2', '3', '4'].map((line) => writer.append(line)));
    expect(performance.now() - start).toBeLessThan(250);
    await writer.append('5');
    expect(performance.now() - start).toBeGreaterThanOrEqual(395);
  });

  it('splits groups at their size, and refuses what fits none', async () => {
    const objects = await openStore();
    const writer = writerOn(objects, { maximumGroupBytes: 10 });
    await Promise.all(['1111', '2222', '3333'].map((line) => writer.append(line)));
    expect((await groupsIn(objects)).toSorted()).toEqual([['1111', '2222'], ['3333']]);
    await expect(writer.append('too long for a group')).rejects.toThrow(EntryTooLarge);
  });

  it('rejects exactly the entries of a group that could not be written', async () => {
    const objects = await openStore();
    let failures = 1;
    const store = interfered(objects, {
      before: () => {
        if (failures-- > 0) throw new Error('no');
      },
    });
    const writer = writerOn(store, { maximumGroupBytes: 4 });
    const results = await Promise.allSettled(['1', '2', '3', '4'].map((line) => writer.append(line)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[0]).toMatchObject({ reason: expect.any(RecordsUnavailable) });
    expect(await groupsIn(objects)).toEqual([['3', '4']]);
  });

  it('tries again when the store is unavailable for a moment', async () => {
    const objects = await openStore();
    let failures = 2;
    const store = interfered(objects, {
      before: () => {
        if (failures-- > 0) throw new ObjectStoreUnavailable('busy');
      },
    });
    await writerOn(store).append('1');
    expect(await groupsIn(objects)).toEqual([['1']]);
  });

  it('takes the object it finds for its own after a write of unknown end', async () => {
    const objects = await openStore();
    let failures = 1;
    const store = interfered(objects, {
      after: () => {
        if (failures-- > 0) throw new ObjectStoreUnavailable('connection lost');
      },
    });
    await writerOn(store).append('1');
    expect(await groupsIn(objects)).toEqual([['1']]);
  });

  it('gives up at its deadline, whether the store hangs or keeps failing, and goes on with the next', async () => {
    const objects = await openStore();
    const { store, waiting, letGo } = gated(objects);
    const hanging = writerOn(store, { deadlineMs: 500 });
    await expect(hanging.append('1')).rejects.toThrow(RecordsUnavailable);
    const second = hanging.append('2');
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    letGo();
    letGo();
    await second;
    const failing = interfered(objects, {
      before: () => {
        throw new ObjectStoreUnavailable('down');
      },
    });
    await expect(writerOn(failing, { deadlineMs: 120 }).append('3')).rejects.toThrow(RecordsUnavailable);
  });

  it('refuses at once when too many wait', async () => {
    const { store, waiting, letGo } = gated(await openStore());
    const writer = writerOn(store, { maximumQueued: 2 });
    const first = writer.append('1');
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    const queued = [writer.append('2'), writer.append('3')];
    await expect(writer.append('4')).rejects.toThrow(RecordsUnavailable);
    letGo();
    await first;
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    letGo();
    await Promise.all(queued);
  });

  it('flushes what it took when it is closed, without waiting for the interval, and takes nothing more', async () => {
    const objects = await openStore();
    const writer = writerOn(objects, { minimumIntervalMs: 60_000 });
    await writer.append('1');
    const second = writer.append('2');
    await writer.close();
    await second;
    expect((await groupsIn(objects)).flat().toSorted()).toEqual(['1', '2']);
    await expect(writer.append('3')).rejects.toThrow(RecordsUnavailable);
  });
});
