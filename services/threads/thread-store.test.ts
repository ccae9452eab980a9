import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ThreadEntry } from '../../contracts/index.ts';
import { type ObjectStore, openObjectStore } from '../objects/index.ts';
import { createThreadStore } from './thread-store.ts';

let directory: string;
let objects: ObjectStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-threads-'));
  objects = await openObjectStore({ url: `file://${directory}`, env: {} });
});
afterEach(async () => {
  await objects.close();
  await rm(directory, { recursive: true, force: true });
});

function entry(id: string, text = id): Omit<ThreadEntry, 'seq'> {
  return { id, at: '2030-01-01T00:00:00.000Z', from: 'person', text };
}

it('keeps what was said in order, and what was changed in its place', async () => {
  const threads = createThreadStore(objects);
  for (const id of ['a', 'b', 'c']) await threads.say('web', 'c1', entry(id));
  expect(await threads.say('web', 'c1', entry('b', 'better'))).toBe(4);
  await threads.unsay('web', 'c1', 'a');
  expect(await threads.read('web', 'c1')).toEqual({
    seq: 4,
    entries: [
      { ...entry('b', 'better'), seq: 4 },
      { ...entry('c'), seq: 3 },
    ],
  });
  expect(await threads.read('web', 'c2')).toEqual({ seq: 0, entries: [] });
});

it('loses nothing of what processes say at once', async () => {
  const stores = [createThreadStore(objects), createThreadStore(objects)];
  const ids = Array.from({ length: 12 }, (_, index) => `e${index}`);
  await Promise.all(ids.map((id, index) => stores[index % 2]?.say('web', 'c1', entry(id))));
  const { entries } = await createThreadStore(objects).read('web', 'c1');
  expect(entries.map(({ id }) => id).sort()).toEqual([...ids].sort());
});

it('keeps the newest 200, and of long ones fewer', async () => {
  const threads = createThreadStore(objects);
  for (let count = 0; count < 203; count += 1) await threads.say('web', 'many', entry(`e${count}`));
  const { entries } = await threads.read('web', 'many');
  expect([entries.length, entries[0]?.id]).toEqual([200, 'e3']);
  for (let count = 0; count < 7; count += 1)
    await threads.say('web', 'long', entry(`e${count}`, 'x'.repeat(300_000)));
  const long = await threads.read('web', 'long');
  expect(long.entries.map(({ id, text }) => [id, text.length])).toEqual(
    ['e2', 'e3', 'e4', 'e5', 'e6'].map((id) => [id, 200_000]),
  );
});

it('tells who follows what was said since, here and by another process, until they leave', async () => {
  const [here, there] = [createThreadStore(objects), createThreadStore(objects)];
  await here.say('web', 'c1', entry('old'));
  await here.say('web', 'c1', entry('missed'));
  const left = new AbortController();
  const heard: string[] = [];
  const following = (async () => {
    for await (const entries of here.follow('web', 'c1', 1, left.signal)) {
      heard.push(...entries.map(({ text }) => text));
    }
  })();
  await expect.poll(() => heard).toEqual(['missed']);
  await here.say('web', 'c1', entry('at once'));
  await expect.poll(() => heard, { timeout: 400 }).toEqual(['missed', 'at once']);
  await there.say('web', 'c1', entry('old', 'changed elsewhere'));
  await expect.poll(() => heard, { timeout: 3_000 }).toEqual(['missed', 'at once', 'changed elsewhere']);
  left.abort();
  await following;
});

it('takes a damaged thread for an empty one', async () => {
  await objects.put('threads/web/c1.json', Buffer.from('{"seq":'));
  const threads = createThreadStore(objects);
  expect(await threads.read('web', 'c1')).toEqual({ seq: 0, entries: [] });
  expect(await threads.say('web', 'c1', entry('new'))).toBe(1);
});
