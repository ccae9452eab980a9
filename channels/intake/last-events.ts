import { type ChannelEvent, channelEvent } from '../../contracts/index.ts';
import { encodeKeySegment, type ObjectStore } from '../../services/objects/index.ts';
import type { Logger } from '../../services/telemetry/index.ts';

/** Least time between two writes for an account, ms. */
const writeEveryMs = 5_000;
const maxBytes = 4_000;
const reasonCharacters = 500;

/** The last thing that came for each account, whichever process it came to. */
export interface LastEvents {
  /** Costs the caller nothing: it is written a moment later, and not at all while the store is away. */
  note(account: string, event: ChannelEvent): void;
  /** Null when nothing ever came. Another process's is known some seconds later. Throws `ObjectStoreUnavailable`. */
  get(account: string): Promise<ChannelEvent | null>;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export function createLastEvents(
  objects: ObjectStore,
  { logger, everyMs = writeEveryMs }: { logger: Logger; everyMs?: number },
): LastEvents {
  return new StoredLastEvents(objects, logger, everyMs);
}

class StoredLastEvents implements LastEvents {
  readonly #objects: ObjectStore;
  readonly #logger: Logger;
  readonly #everyMs: number;
  readonly #last = new Map<string, ChannelEvent>();
  /** When each account was last written, by `performance.now()`. */
  readonly #writtenAt = new Map<string, number>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #writing = new Set<Promise<void>>();

  constructor(objects: ObjectStore, logger: Logger, everyMs: number) {
    this.#objects = objects;
    this.#logger = logger;
    this.#everyMs = everyMs;
  }

  note(account: string, event: ChannelEvent): void {
    const { reason, ...rest } = event;
    this.#last.set(
      account,
      reason === undefined ? rest : { ...rest, reason: reason.slice(0, reasonCharacters) },
    );
    if (this.#due.has(account)) return;
    const since = performance.now() - (this.#writtenAt.get(account) ?? Number.NEGATIVE_INFINITY);
    const timer = setTimeout(() => this.#start(account), Math.max(0, this.#everyMs - since));
    this.#due.set(account, timer.unref());
  }

  async get(account: string): Promise<ChannelEvent | null> {
    return newer(this.#last.get(account) ?? null, await this.#read(account));
  }

  async close(): Promise<void> {
    for (const [account, timer] of this.#due) {
      clearTimeout(timer);
      this.#start(account);
    }
    await Promise.all(this.#writing);
  }

  #start(account: string): void {
    this.#due.delete(account);
    this.#writtenAt.set(account, performance.now());
    const writing = this.#write(account)
      .catch((err: unknown) => this.#logger.debug({ err, account }, 'the last event was not written'))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #write(account: string): Promise<void> {
    const own = this.#last.get(account) ?? null;
    if (!own || newer(own, await this.#read(account)) !== own) return;
    await this.#objects.put(keyOf(account), Buffer.from(JSON.stringify(own)));
  }

  async #read(account: string): Promise<ChannelEvent | null> {
    const stored = await this.#objects.get(keyOf(account), { maxBytes });
    if (!stored) return null;
    try {
      return channelEvent.parse(JSON.parse(Buffer.from(stored.body).toString('utf8')));
    } catch {
      // Of no more use than one that was never written.
      return null;
    }
  }
}

function newer(one: ChannelEvent | null, other: ChannelEvent | null): ChannelEvent | null {
  return one && other ? (one.at >= other.at ? one : other) : (one ?? other);
}

function keyOf(account: string): string {
  return `settings/last-events/${encodeKeySegment(account)}.json`;
}
