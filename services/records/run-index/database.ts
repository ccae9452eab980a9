import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { RunIndexUnavailable } from '../errors.ts';
import { schema } from './schema.ts';

export interface DatabaseOptions {
  directory: string;
  /** DuckDB's own accounting, such as `96MB`; the process grows by about twice as much under load. */
  memoryLimit: string;
}

/** An open index file. One statement at a time on each connection: a second one would block a thread of the pool. */
export interface OpenDatabase {
  path: string;
  reader: DuckDBConnection;
  writer: DuckDBConnection;
  /** Whether the file is still the one that was opened: the directory may be deleted at any time. */
  present(): Promise<boolean>;
  close(): Promise<void>;
}

/** Files of one directory, one per process that uses it at the same time. */
const slots = 16;
/** Of the tables in `schema.ts`: a file of another version is not read, and removed. */
const version = 3;
/** DuckDB does not notice that its own process has a file open already. */
const openHere = new Set<string>();

/** Small row groups: little is rewritten at a checkpoint, and little is read for a page. */
const storage = "STORAGE_VERSION 'v1.5.0', ROW_GROUP_SIZE 20480";

/** Opens, or makes, the first index file of the directory that nobody holds; one that is damaged is made anew. */
export async function openDatabase({ directory, memoryLimit }: DatabaseOptions): Promise<OpenDatabase> {
  const root = resolve(directory);
  await mkdir(root, { recursive: true });
  await removeOtherVersions(root);
  for (let slot = 0; slot < slots; slot++) {
    const path = join(root, `runs-v${version}-${slot}.duckdb`);
    if (openHere.has(path)) continue;
    openHere.add(path);
    try {
      return await attach(root, path, memoryLimit);
    } catch (error) {
      openHere.delete(path);
      if (!isLocked(error)) throw unavailable(error);
    }
  }
  throw new RunIndexUnavailable(`all ${slots} index files in ${root} are in use`);
}

/** Who still has one open goes on with it, and makes it anew at its next refresh. */
async function removeOtherVersions(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const found = /^runs-v(\d+)-\d+\.duckdb/.exec(name);
    if (found && Number(found[1]) !== version) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function attach(root: string, path: string, memoryLimit: string): Promise<OpenDatabase> {
  try {
    return await attachFile(root, path, memoryLimit);
  } catch (error) {
    if (isLocked(error)) throw error;
    await removeFiles(path);
    return await attachFile(root, path, memoryLimit);
  }
}

async function attachFile(root: string, path: string, memoryLimit: string): Promise<OpenDatabase> {
  // Some 60 MB: only in a process that is asked something.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: memoryLimit,
    temp_directory: `${path}.tmp`,
    max_temp_directory_size: '2GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const writer = await instance.connect();
    const reader = await instance.connect();
    await writer.run(`ATTACH ${quoted(path)} AS runs_index (${storage}); USE runs_index; ${schema}`);
    await reader.run('USE runs_index');
    await writer.run(
      `SET allowed_directories = [${quoted(root)}]; SET enable_external_access = false; SET lock_configuration = true`,
    );
    const { ino } = await stat(path);
    return {
      path,
      reader,
      writer,
      present: async () => {
        const now = await stat(path).catch(() => undefined);
        return now?.ino === ino;
      },
      close: () => closeAll(path, instance, { reader, writer }),
    };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function closeAll(
  path: string,
  instance: DuckDBInstance,
  connections: { reader: DuckDBConnection; writer: DuckDBConnection },
): Promise<void> {
  // Closing would write what is in the log on this thread, which stands still meanwhile. A file that is gone needs none.
  await connections.writer.run('CHECKPOINT').catch(() => undefined);
  connections.reader.closeSync();
  connections.writer.closeSync();
  instance.closeSync();
  openHere.delete(path);
}

/** Removes an index file that nobody has open. */
export async function removeFiles(path: string): Promise<void> {
  for (const file of [path, `${path}.wal`, `${path}.tmp`]) await rm(file, { recursive: true, force: true });
}

/** A string literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Held by another process. DuckDB tells errors apart by their text only. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Could not set lock on file');
}

/** Whether the file, not the statement, is at fault. */
export function isFileDamaged(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(IO|Internal|INTERNAL|Serialization|Fatal|FATAL|Catalog) Error|invalidated/.test(error.message)
  );
}

/** Beyond DuckDB's own accounting. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Out of Memory Error');
}

function unavailable(cause: unknown): RunIndexUnavailable {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  return new RunIndexUnavailable(`the run index cannot be opened: ${reason}`, { cause });
}
