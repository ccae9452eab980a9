import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ObjectStore, ObjectStoreUnavailable, PreconditionFailed } from '../objects/index.ts';
import { EntryTooLarge, RecordsUnavailable } from './errors.ts';
import { encodeSegment } from './segment.ts';
import { type LogName, segmentKey } from './segment-key.ts';

export interface GroupWriterOptions {
  /** Least time between the starts of two flushes, ms: bounds the number of objects, and adds at most this to a wait. */
  minimumIntervalMs: number;
  /** After a small group the interval is shorter, this much for each of its lines: a lone writer hardly waits. */
  intervalPerLineMs?: number;
  /** Lines that may wait; what comes above is refused at once. */
  maximumQueued?: number;
  /** Most bytes of lines in one object. */
  maximumGroupBytes?: number;
  /** How long one flush may try, ms. */
  deadlineMs?: number;
}

interface Waiting {
  line: string;
  bytes: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

const firstRetryMs = 50;

/**
 * Group commit of JSON lines: flushes at once when idle, and writes what arrives during a flush together.
 * Each group becomes one new object that no other process writes.
 */
export class GroupWriter {
  readonly #objects: ObjectStore;
  readonly #log: LogName;
  readonly #options: Required<GroupWriterOptions>;
  #queue: Waiting[] = [];
  #pump: Promise<void> | undefined;
  #lastStart = Number.NEGATIVE_INFINITY;
  #lastLines = 1;
  #closing = new AbortController();

  constructor(objects: ObjectStore, log: LogName, options: GroupWriterOptions) {
    this.#objects = objects;
    this.#log = log;
    this.#options = {
      maximumQueued: 10_000,
      maximumGroupBytes: 4_000_000,
      deadlineMs: 2_000,
      intervalPerLineMs: Number.POSITIVE_INFINITY,
      ...options,
    };
  }

  /**
   * Resolves when the line is durable. Throws `RecordsUnavailable` when the queue is full, the log closed or the store
   * does not take the group in time (the line may have been kept all the same), `EntryTooLarge` when it fits no group.
   */
  append(line: string): Promise<void> {
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > this.#options.maximumGroupBytes) {
      return Promise.reject(new EntryTooLarge(`an entry of ${bytes} bytes fits no group`));
    }
    if (this.#closing.signal.aborted) return Promise.reject(new RecordsUnavailable('the log is closed'));
    if (this.#queue.length >= this.#options.maximumQueued) {
      return Promise.reject(new RecordsUnavailable(`${this.#queue.length} records wait to be written`));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, bytes, resolve, reject });
      this.#pump ??= this.#flushAll();
    });
  }

  /** Takes nothing more; resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pump;
  }

  async #flushAll(): Promise<void> {
    // The lines of one turn of the event loop belong together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#pause();
      this.#lastStart = performance.now();
      const group = this.#takeGroup();
      this.#lastLines = group.length;
      await this.#flush(group);
    }
    this.#pump = undefined;
  }

  async #pause(): Promise<void> {
    const { minimumIntervalMs, intervalPerLineMs } = this.#options;
    const interval = Math.min(minimumIntervalMs, this.#lastLines * intervalPerLineMs);
    const wait = this.#lastStart + interval - performance.now();
    if (wait <= 0 || this.#closing.signal.aborted) return;
    // Closing cuts the pause short.
    await delay(wait, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    const end = this.#queue.findIndex((waiting) => {
      bytes += waiting.bytes;
      return bytes > this.#options.maximumGroupBytes;
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  async #flush(group: Waiting[]): Promise<void> {
    const timeout = new AbortController();
    try {
      const late = delay(this.#options.deadlineMs, undefined, { signal: timeout.signal }).then(() => {
        throw new ObjectStoreUnavailable('the object store did not answer in time');
      });
      await Promise.race([this.#write(group), late]);
      for (const waiting of group) waiting.resolve();
    } catch (cause) {
      for (const waiting of group) {
        waiting.reject(new RecordsUnavailable('a group of records could not be written', { cause }));
      }
    } finally {
      timeout.abort();
    }
  }

  async #write(group: Waiting[]): Promise<void> {
    const lines = group.map((waiting) => `${waiting.line}\n`).join('');
    const body = await encodeSegment(lines, 1);
    const key = segmentKey(this.#log, Date.now(), randomBytes(6).toString('hex'));
    const deadline = performance.now() + this.#options.deadlineMs;
    for (let retryMs = firstRetryMs, attempt = 1; ; retryMs *= 2, attempt++) {
      try {
        await this.#objects.put(key, body, { ifNoneMatch: '*' });
        return;
      } catch (error) {
        // Only this writer knows the key: after an attempt of unknown end, the object there is ours.
        if (error instanceof PreconditionFailed && attempt > 1) return;
        const pointless = performance.now() + retryMs > deadline;
        if (!(error instanceof ObjectStoreUnavailable) || pointless) throw error;
      }
      await delay(retryMs);
    }
  }
}
