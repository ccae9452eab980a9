import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadFlock } from '../../locks/index.ts';
import { ObjectTooLarge, PreconditionFailed } from '../errors.ts';
import { checkKey, checkPrefix } from '../keys.ts';
import {
  defaultMaxBytes,
  type ObjectEntry,
  type ObjectStore,
  type StoredObject,
  type WriteCondition,
} from '../object-store.ts';
import { Directories } from './directories.ts';
import { KeyLocks } from './key-locks.ts';
import { listFiles } from './listing.ts';
import { codeOf, fromSystemError } from './system-errors.ts';

/** Hidden, so that no key names it: locks, and files being written. */
const ownFolder = '.store';
/** A file that is still not renamed at this age was left by a process that died. */
const abandonedAfterMs = 3_600_000;
/** How often an empty folder may be removed under a writer's hands. */
const placeAttempts = 10;

/**
 * Opens a store of files: the object `a/b` is the file `a/b` under `root`. It is made where it is missing, unless it
 * has to exist.
 */
export async function openFileStore(root: string, { existing = false } = {}): Promise<ObjectStore> {
  try {
    if (existing) await stat(join(root, ownFolder));
    for (const folder of ['locks', 'writing'])
      await mkdir(join(root, ownFolder, folder), { recursive: true });
    await loadFlock();
    const store = new FileStore(root);
    await store.removeAbandoned();
    return store;
  } catch (error) {
    throw fromSystemError(error, root);
  }
}

class FileStore implements ObjectStore {
  readonly #root: string;
  readonly #directories: Directories;
  readonly #locks: KeyLocks;
  #cleanedAt = Date.now();

  constructor(root: string) {
    this.#root = root;
    this.#directories = new Directories(root);
    this.#locks = new KeyLocks(join(root, ownFolder, 'locks'));
  }

  async get(key: string, options: { maxBytes?: number } = {}): Promise<StoredObject | null> {
    checkKey(key);
    try {
      const body = await this.#read(key, options.maxBytes ?? defaultMaxBytes);
      return { body, etag: etagOf(body) };
    } catch (error) {
      if (!isAbsent(error)) throw fromSystemError(error, key);
      await this.#checkPresent();
      return null;
    }
  }

  async put(key: string, body: Uint8Array, condition: WriteCondition = {}): Promise<{ etag: string }> {
    checkKey(key);
    const target = join(this.#root, key);
    const written = join(this.#root, ownFolder, 'writing', randomUUID());
    try {
      await writeDurably(written, body);
      await this.#locks.hold(key, async () => {
        await this.#check(key, condition);
        await this.#place(written, target);
      });
      await this.#directories.sync(dirname(target));
      this.#cleanNowAndThen();
      return { etag: etagOf(body) };
    } catch (error) {
      await rm(written, { force: true });
      throw fromSystemError(error, key);
    }
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    const target = join(this.#root, key);
    try {
      await this.#locks.hold(key, () => unlink(target));
      await this.#directories.sync(dirname(target));
      await this.#removeEmpty(dirname(target));
    } catch (error) {
      if (!isAbsent(error)) throw fromSystemError(error, key);
    }
  }

  async *list(prefix: string, options: { startAfter?: string } = {}): AsyncGenerator<ObjectEntry> {
    checkPrefix(prefix);
    await this.#checkPresent();
    try {
      yield* listFiles(this.#root, { prefix, startAfter: options.startAfter ?? '' });
    } catch (error) {
      throw fromSystemError(error, prefix);
    }
  }

  close(): Promise<void> {
    return this.#locks.close();
  }

  /** Removes what writers that died left behind. Never read, never listed: only the space is at stake. */
  async removeAbandoned(): Promise<void> {
    const folder = join(this.#root, ownFolder, 'writing');
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > abandonedAfterMs) await rm(path, { force: true });
    }
  }

  async #read(key: string, maxBytes: number): Promise<Uint8Array> {
    const file = await open(join(this.#root, key), 'r');
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw new ObjectTooLarge(key, size, maxBytes);
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  /** A disk that went away is no empty store: what cannot be seen must not count as never written. */
  async #checkPresent(): Promise<void> {
    try {
      await stat(join(this.#root, ownFolder));
    } catch (error) {
      throw fromSystemError(error, this.#root);
    }
  }

  /** Only under the key's lock: between this and the rename nothing may change. */
  async #check(key: string, { ifMatch, ifNoneMatch }: WriteCondition): Promise<void> {
    if (ifMatch === undefined && ifNoneMatch === undefined) return;
    const current = await readFile(join(this.#root, key)).catch((error: unknown) => {
      if (isAbsent(error)) return null;
      throw error;
    });
    const holds = ifMatch === undefined ? current === null : current !== null && etagOf(current) === ifMatch;
    if (!holds) throw new PreconditionFailed(key);
  }

  /** Puts a written file in its place, in spite of others who remove the folder because it is empty. */
  async #place(written: string, target: string): Promise<void> {
    const folder = dirname(target);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#directories.ensure(folder);
        await rename(written, target);
        return;
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || attempt === placeAttempts) throw error;
        this.#directories.forget(folder);
      }
    }
  }

  async #removeEmpty(directory: string): Promise<void> {
    for (let at = directory; dirname(at) !== this.#root && at !== this.#root; at = dirname(at)) {
      this.#directories.forget(at);
      try {
        await rmdir(at);
      } catch {
        return;
      }
    }
  }

  #cleanNowAndThen(): void {
    if (Date.now() - this.#cleanedAt < abandonedAfterMs) return;
    this.#cleanedAt = Date.now();
    this.removeAbandoned().catch(() => {});
  }
}

/** Of the content, so that it is the same in every process and after a restore. */
function etagOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32);
}

async function writeDurably(path: string, body: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(body);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
