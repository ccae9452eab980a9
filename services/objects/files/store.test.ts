import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidKey, ObjectStoreUnavailable } from '../errors.ts';
import { describeObjectStore } from '../object-store.suite.ts';
import { openObjectStore } from '../open.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'object-store-'));
});
afterAll(() => rm(directory, { recursive: true }));

const openAt = (name: string) => openObjectStore({ url: pathToFileURL(join(directory, name)).href });

describeObjectStore('files', () => openAt('shared'));

describe('file store', () => {
  it('passes over what a killed writer left, and removes it once it is old', async () => {
    const first = await openAt('killed');
    await first.put('a', Buffer.from('x'));
    const writing = join(directory, 'killed/.store/writing');
    await writeFile(join(writing, 'young'), 'torn');
    await writeFile(join(writing, 'old'), 'torn');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(writing, 'old'), longAgo, longAgo);
    const second = await openAt('killed');
    expect(await readdir(writing)).toEqual(['young']);
    const keys: string[] = [];
    for await (const { key } of second.list('')) keys.push(key);
    expect(keys).toEqual(['a']);
    await Promise.all([first.close(), second.close()]);
  });

  it('whose directory went away is unavailable, not empty, and goes on when it is back', async () => {
    const objects = await openAt('mounted');
    await objects.put('a/b', Buffer.from('x'));
    const root = join(directory, 'mounted');
    await rename(root, `${root}.away`);
    const list = async () => {
      for await (const entry of objects.list('a/')) return entry.key;
    };
    await expect(objects.get('a/b')).rejects.toThrow(ObjectStoreUnavailable);
    await expect(list()).rejects.toThrow(ObjectStoreUnavailable);
    await expect(objects.put('a/c', Buffer.from('x'))).rejects.toThrow(ObjectStoreUnavailable);
    // What a mount leaves behind.
    await mkdir(root);
    await expect(objects.get('a/b')).rejects.toThrow(ObjectStoreUnavailable);
    await rmdir(root);
    await rename(`${root}.away`, root);
    expect(await objects.get('a/b')).not.toBeNull();
    expect(await objects.get('a/c')).toBeNull();
    expect(await list()).toBe('a/b');
    await objects.close();
  });

  it('leaves no file behind when a write is refused', async () => {
    const objects = await openAt('refused');
    await objects.put('a', Buffer.from('x'));
    await expect(objects.put('a', Buffer.from('y'), { ifNoneMatch: '*' })).rejects.toThrow();
    expect(await readdir(join(directory, 'refused/.store/writing'))).toEqual([]);
    await objects.close();
  });

  it('removes folders that a delete left empty, and no others', async () => {
    const objects = await openAt('emptied');
    await objects.put('kept/a/1', Buffer.from('x'));
    await objects.put('kept/b/1', Buffer.from('x'));
    await objects.delete('kept/a/1');
    expect(await readdir(join(directory, 'emptied/kept'))).toEqual(['b']);
    await objects.close();
  });

  it('says so when a key names a folder', async () => {
    const objects = await openAt('folder');
    await objects.put('a/b', Buffer.from('x'));
    await expect(objects.put('a', Buffer.from('x'))).rejects.toThrow(InvalidKey);
    await expect(objects.put('a/b/c', Buffer.from('x'))).rejects.toThrow(InvalidKey);
    await objects.close();
  });

  it('passes over files that others put into the tree under names no key has', async () => {
    const objects = await openAt('foreign');
    await writeFile(join(directory, 'foreign/.DS_Store'), '');
    await writeFile(join(directory, 'foreign/a copy.txt'), '');
    for await (const entry of objects.list('')) expect(entry).toBeUndefined();
    await objects.close();
  });

  it('lists in byte order also where the name of a folder begins that of a sibling', async () => {
    const objects = await openAt('order');
    const keys = ['a-b', 'a.json', 'a/1', 'a/2/x', 'a0'];
    for (const key of keys) await objects.put(key, Buffer.from('x'));
    for (const startAfter of ['', ...keys]) {
      const listed: string[] = [];
      for await (const { key } of objects.list('a', { startAfter })) listed.push(key);
      expect(listed).toEqual(keys.filter((key) => key > startAfter));
    }
    await objects.close();
  });

  it('is unavailable where it cannot write, and for an address that names no store', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(openAt('file/below')).rejects.toThrow(/file|below/);
    for (const url of ['ftp://x', 'nonsense', 's3://', 's3://UPPER/x', 'file://host/path']) {
      await expect(openObjectStore({ url }), url).rejects.toThrow(ObjectStoreUnavailable);
    }
  });

  it('does not begin anew where it has to exist', async () => {
    const gone = pathToFileURL(join(directory, 'gone')).href;
    await expect(openObjectStore({ url: gone, existing: true })).rejects.toThrow(ObjectStoreUnavailable);
    await expect(stat(join(directory, 'gone'))).rejects.toThrow('ENOENT');
    await (await openObjectStore({ url: gone })).close();
    await (await openObjectStore({ url: gone, existing: true })).close();
  });
});
