import type { DuckDBConnection } from '@duckdb/node-api';
import { RunIndexUnavailable, RunQueryTimeout } from '../errors.ts';
import { type DatabaseOptions, type OpenDatabase, openDatabase, removeFiles } from './database.ts';
import { Serial } from './serial.ts';

export interface LazyDatabaseOptions extends DatabaseOptions {
  /** Unused for this long it is closed, which frees most of its memory, ms. */
  idleMs: number;
  /** Longest query, ms. */
  queryTimeoutMs: number;
}

/** The index file, opened when it is used and closed when it is not. */
export class LazyDatabase {
  readonly #options: LazyDatabaseOptions;
  readonly #reads = new Serial();
  readonly #writes = new Serial();
  #opened: Promise<OpenDatabase> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #closed = false;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: LazyDatabaseOptions) {
    this.#options = options;
  }

  /** Keeps the file open while `work` runs. */
  async use<T>(work: (database: OpenDatabase) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    this.#users += 1;
    try {
      return await work(await this.#open());
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#waitIdle();
    }
  }

  /** Throws `RunQueryTimeout`. */
  read<T>(query: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#reads.run(() => this.use(({ reader }) => this.#timed(reader, query)));
  }

  /** A transaction. */
  write(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    return this.#writes.run(() =>
      this.use(async ({ writer }) => {
        await writer.run('BEGIN');
        try {
          await work(writer);
          await writer.run('COMMIT');
        } catch (error) {
          // A transaction that failed at its commit is gone already.
          await writer.run('ROLLBACK').catch(() => undefined);
          throw error;
        }
      }),
    );
  }

  /** Closes the file and removes it: the next use begins with an empty one. */
  discard(): Promise<void> {
    return this.#exclusively(() => this.#release(removeFiles));
  }

  /** For good. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#exclusively(() => this.#release());
  }

  /** After what is under way on either connection, and before what comes. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#reads.run(() => this.#writes.run(work));
  }

  /** Who uses the file from here on waits until it is closed: two openings of one file are two indexes. */
  #release(afterwards?: (path: string) => Promise<void>): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    const closing = this.#closing.then(async () => {
      const database = await opened?.catch(() => undefined);
      if (!database) return;
      await database.close();
      await afterwards?.(database.path);
    });
    this.#closing = closing.catch(() => undefined);
    return closing;
  }

  async #releaseIdle(): Promise<void> {
    await this.#exclusively(async () => {
      if (this.#users === 0) await this.#release();
    });
  }

  #waitIdle(): void {
    if (this.#closed) return;
    this.#idle = setTimeout(() => this.#releaseIdle(), this.#options.idleMs).unref();
  }

  #open(): Promise<OpenDatabase> {
    if (this.#closed) return Promise.reject(new RunIndexUnavailable('the run index is closed'));
    this.#opened ??= this.#closing
      .then(() => openDatabase(this.#options))
      .catch((error: unknown) => {
        this.#opened = undefined;
        throw error;
      });
    return this.#opened;
  }

  async #timed<T>(
    connection: DuckDBConnection,
    query: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      connection.interrupt();
    }, this.#options.queryTimeoutMs);
    try {
      return await query(connection);
    } catch (cause) {
      if (!late) throw cause;
      throw new RunQueryTimeout(`not answered within ${this.#options.queryTimeoutMs} ms`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}
