import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isKeySegment } from '../keys.ts';
import type { ObjectEntry } from '../object-store.ts';
import { codeOf } from './system-errors.ts';

export interface ListingRange {
  prefix: string;
  startAfter: string;
}

/** Walks the tree in byte order of the keys, one directory in memory per level; names that no key has are passed over. */
export async function* listFiles(root: string, range: ListingRange): AsyncGenerator<ObjectEntry> {
  const folder = range.prefix.slice(0, range.prefix.lastIndexOf('/') + 1);
  yield* listFolder(root, folder, range);
}

async function* listFolder(root: string, folder: string, range: ListingRange): AsyncGenerator<ObjectEntry> {
  for (const name of await namesIn(join(root, folder))) {
    const key = folder + name;
    if (name.endsWith('/')) {
      if (mayHoldKeys(key, range)) yield* listFolder(root, key, range);
    } else if (key.startsWith(range.prefix) && key > range.startAfter) {
      const entry = await entryOf(root, key);
      if (entry) yield entry;
    }
  }
}

/** Names in a directory, folders with a slash behind: so they sort as the keys below them do. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => isKeySegment(entry.name))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

function mayHoldKeys(folder: string, { prefix, startAfter }: ListingRange): boolean {
  const matches = folder.startsWith(prefix) || prefix.startsWith(folder);
  return matches && (folder > startAfter || startAfter.startsWith(folder));
}

async function entryOf(root: string, key: string): Promise<ObjectEntry | undefined> {
  try {
    const { size, mtime } = await stat(join(root, key));
    return { key, size, modifiedAt: mtime };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
