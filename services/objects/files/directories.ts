import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './system-errors.ts';

const knownLimit = 20_000;

interface Sync {
  running: Promise<void>;
  next?: Promise<void>;
}

/** Directories whose entries outlive a power cut: a rename or a new file is durable once its directory is synced. */
export class Directories {
  readonly #root: string;
  readonly #known = new Set<string>();
  readonly #syncs = new Map<string, Sync>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes a directory under the root, durably. Each level is synced once per process: another may have made it, and died. */
  async ensure(directory: string): Promise<void> {
    if (this.#known.has(directory)) return;
    const parent = dirname(directory);
    if (directory !== this.#root) await this.ensure(parent);
    await mkdir(directory).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    if (directory !== this.#root) await this.sync(parent);
    if (this.#known.size >= knownLimit) this.#known.clear();
    this.#known.add(directory);
  }

  /** To be called when a directory turns out to be gone: empty ones are removed, by this process or another. */
  forget(directory: string): void {
    for (let at = directory; at !== this.#root; at = dirname(at)) this.#known.delete(at);
  }

  /** Resolves when what was done in the directory before this call is on disk. Callers at the same time share one fsync. */
  sync(directory: string): Promise<void> {
    const sync = this.#syncs.get(directory);
    // One that runs may have begun before the caller's change: only the one after it counts.
    if (sync) {
      sync.next ??= sync.running.then(
        () => this.#start(directory),
        () => this.#start(directory),
      );
      return sync.next;
    }
    return this.#start(directory);
  }

  #start(directory: string): Promise<void> {
    const sync: Sync = { running: syncDirectory(directory) };
    this.#syncs.set(directory, sync);
    const finish = () => {
      if (this.#syncs.get(directory) === sync && !sync.next) this.#syncs.delete(directory);
    };
    sync.running.then(finish, finish);
    return sync.running;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Removed meanwhile, for it was empty: there is nothing in it to keep.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
