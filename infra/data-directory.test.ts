import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureDataDirectory } from './data-directory.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'errand-data-'));
});

afterEach(async () => {
  await chmod(parent, 0o700);
  await rm(parent, { recursive: true });
});

test('a missing directory is created for this user alone, and left empty', async () => {
  const path = await ensureDataDirectory(join(parent, 'a', 'b'));
  expect(path).toBe(join(parent, 'a', 'b'));
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect(await readdir(path)).toEqual([]);
});

test('a path that cannot be a directory is refused with the remedy', async () => {
  await writeFile(join(parent, 'file'), '');
  await expect(ensureDataDirectory(join(parent, 'file', 'data'))).rejects.toThrow(
    /cannot be written.*DATA_DIR/,
  );
});

test('a directory of somebody else is refused with the remedy', async () => {
  await chmod(parent, 0o500);
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(65534);
  try {
    await expect(ensureDataDirectory(join(parent, 'data'))).rejects.toThrow(/EACCES.*DATA_DIR/);
  } finally {
    if (superuser) process.seteuid?.(0);
  }
});

test('a disk that is nearly full is refused with figures', async () => {
  await expect(ensureDataDirectory(parent, { minimumFreeBytes: 1e18 })).rejects.toThrow(
    /MB are free.*200 MB/,
  );
});
