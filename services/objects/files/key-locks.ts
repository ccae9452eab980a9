import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadFlock } from '../../locks/index.ts';
import { ObjectStoreUnavailable } from '../errors.ts';

const stripes = 64;
/** A lock is held for a compare and a rename; whoever waits longer waits for a process that does not go on. */
const waitLimitMs = 5_000;

interface Stripe {
  file: Promise<FileHandle>;
  /** Settles when everyone in this process who asked before is done. */
  tail: Promise<void>;
}

/**
 * One holder per key over all processes.
 *
 * A compare-and-rename needs mutual exclusion that ends with its holder. Lock files made with O_EXCL outlive a killed
 * process, and telling a dead holder from a slow one by pid or by age is a guess. Generations claimed by link(2) need
 * no lock, but make each read a directory listing and each delete a tombstone. The kernel's flock(2) is released when
 * its holder dies, by whatever cause. Lock files are a fixed set, never deleted: a lock on a deleted file locks nothing.
 * Within a process the waiting are queued, so one of them polls, and a poll costs a microsecond; a blocking flock
 * would take a thread of the pool that the holder needs for its own file work.
 */
export class KeyLocks {
  readonly #directory: string;
  readonly #stripes = new Map<number, Stripe>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Runs `work` while no one else, here or in another process, holds the key. Throws `ObjectStoreUnavailable`. */
  hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    const stripe = this.#stripeOf(key);
    const result = stripe.tail.then(() => underLock(key, stripe.file, work));
    stripe.tail = result.then(noop, noop);
    return result;
  }

  async close(): Promise<void> {
    const open = [...this.#stripes.values()];
    this.#stripes.clear();
    await Promise.all(
      open.map(async (stripe) => {
        await stripe.tail;
        await (await stripe.file).close();
      }),
    );
  }

  #stripeOf(key: string): Stripe {
    const number = (createHash('sha1').update(key).digest()[0] ?? 0) % stripes;
    let stripe = this.#stripes.get(number);
    if (!stripe) {
      const file = open(join(this.#directory, number.toString(16).padStart(2, '0')), 'a', 0o600);
      file.catch(() => this.#stripes.delete(number));
      stripe = { file, tail: Promise.resolve() };
      this.#stripes.set(number, stripe);
    }
    return stripe;
  }
}

async function underLock<T>(key: string, opened: Promise<FileHandle>, work: () => Promise<T>): Promise<T> {
  const [file, flock] = await Promise.all([opened, loadFlock()]);
  const deadline = performance.now() + waitLimitMs;
  while (!flock.tryLock(file.fd)) {
    if (performance.now() > deadline)
      throw new ObjectStoreUnavailable(`${key} stays locked by another process`);
    await delay(1 + Math.random() * 2);
  }
  try {
    return await work();
  } finally {
    flock.unlock(file.fd);
  }
}

function noop(): void {}
