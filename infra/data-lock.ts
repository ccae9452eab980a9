import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { FlockUnsupported, loadFlock } from '../services/locks/index.ts';
import { DataDirectoryLocked, DataDirectoryUnusable } from './errors.ts';

export interface DataLock {
  /** Only for what goes on living without the data; otherwise the end of the process releases the lock. */
  release(): Promise<void>;
}

/** Keeps every lock's file open: a collected `FileHandle` is closed, which would give the lock away. */
const held = new Set<FileHandle>();

/**
 * Takes the data directory for this process until it ends, however it ends. Two Temporal servers on one database
 * file steal shards from each other, so there is no way around this lock. It does not depend on process ids: a stale
 * `lock` file means nothing. Throws `DataDirectoryLocked`, or `DataDirectoryUnusable` where it cannot be taken.
 */
export async function lockDataDirectory(directory: string): Promise<DataLock> {
  const path = join(directory, 'lock');
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600).catch((error: unknown) => {
    throw new DataDirectoryUnusable(
      `The lock ${path} cannot be opened (${reason(error)}). Make the data directory writable for this user, or name another one with DATA_DIR.`,
    );
  });
  try {
    if (!(await loadFlock()).tryLock(file.fd))
      throw new DataDirectoryLocked(await lockedMessage(directory, file));
    await file.truncate(0);
    await file.write(`${process.pid}\n`, 0);
  } catch (error) {
    await file.close();
    if (!(error instanceof FlockUnsupported)) throw error;
    throw new DataDirectoryUnusable(
      `The data directory ${directory} cannot be locked: ${error.message}. Errand runs on Linux and macOS, on a local file system; elsewhere use its container image with a volume.`,
    );
  }
  held.add(file);
  return {
    release: async () => {
      held.delete(file);
      await file.close();
    },
  };
}

/** The process id in the file is a hint for people, never a condition. */
async function lockedMessage(directory: string, file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
  const holder = /^\d+/.exec(buffer.toString('utf8', 0, bytesRead))?.[0];
  return (
    `The data directory ${directory} is in use by another Errand${holder ? ` (process ${holder})` : ''}. ` +
    'Stop that one first, or start this one with another DATA_DIR and PORT.'
  );
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
