import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataDirectoryUnusable } from './errors.ts';

/** Below this the Temporal server's database and the object store could not take a message safely. */
const minimumFreeBytes = 200_000_000;

/** Bytes that an unprivileged process may still write to the file system of `path`. */
async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/**
 * Creates the data directory where it is missing, writes to it once and looks at the space left.
 * Returns its absolute path. Throws `DataDirectoryUnusable` with the remedy.
 */
export async function ensureDataDirectory(
  directory: string,
  options: { minimumFreeBytes?: number } = {},
): Promise<string> {
  const path = resolve(directory);
  const probe = join(path, `.writable-${process.pid}`);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await writeFile(probe, 'errand');
    await rm(probe);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw full(path, 0);
    throw new DataDirectoryUnusable(
      `The data directory ${path} cannot be written (${code}). Make it writable for this user, or name another one with DATA_DIR.`,
    );
  }
  const free = await freeBytes(path);
  if (free < (options.minimumFreeBytes ?? minimumFreeBytes)) throw full(path, free);
  return path;
}

function full(path: string, free: number): DataDirectoryUnusable {
  const megabytes = Math.floor(free / 1e6);
  return new DataDirectoryUnusable(
    `Only ${megabytes} MB are free for the data directory ${path}; Errand needs at least ${minimumFreeBytes / 1e6} MB. Free some space, or name a directory on another disk with DATA_DIR.`,
  );
}
