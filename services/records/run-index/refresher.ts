import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ObjectStore } from '../../objects/index.ts';
import { newestBooks, readBooks } from '../books.ts';
import { BooksDamaged, type OnDamage } from '../errors.ts';
import { type ListedSegment, listSegments } from '../listing.ts';
import { type Hour, keyAt, logNames } from '../segment-key.ts';
import type { OpenDatabase } from './database.ts';
import { type AppliedBooks, appliedBooks, applyBooks } from './index-books.ts';
import { ingestSegments, makeFolder } from './ingest.ts';
import type { LazyDatabase } from './lazy-database.ts';

/** How far apart the clocks of writers may be for a group to be seen at the next refresh, ms. */
const overlapMs = 600_000;
/** How often everything is listed, for groups by clocks further apart, ms. */
const fullListingMs = 3_600_000;
/** Merges and drops may move records under a reader's hands; they are slower than this many turns. */
const turns = 20;

/** What is known of one opening of the index file. */
interface Known {
  database: OpenDatabase;
  ingested: Set<string>;
  /** Newest group taken in, epoch ms. */
  newest: number;
  listedAllAt: number;
}

/** Brings the index up to what the segments say. */
export class Refresher {
  readonly #objects: ObjectStore;
  readonly #lazy: LazyDatabase;
  readonly #onDamage: OnDamage;
  #known: Known | undefined;
  /** Why the books could not be taken over; totals are unknown until they can be. */
  booksDamaged: BooksDamaged | undefined;

  constructor(objects: ObjectStore, lazy: LazyDatabase, onDamage: OnDamage) {
    this.#objects = objects;
    this.#lazy = lazy;
    this.#onDamage = onDamage;
  }

  /**
   * Takes in all that was written before the call. A listing beside a merge may show neither a source nor what it became:
   * so it is listed again until nothing older is new.
   */
  async refresh(): Promise<void> {
    const startedAt = Date.now();
    await this.#lazy.use(async (database) => {
      const known = await this.#knowledgeOf(database);
      const all = startedAt - known.listedAllAt > fullListingMs;
      const after = all ? undefined : known.newest - overlapMs;
      for (let turn = 0; turn < turns; turn++) {
        const { through } = await this.#takeOverBooks(database);
        const unseen = await this.#unseen(known, through, after);
        if (turn > 0 && unseen.every(({ last }) => last > startedAt)) break;
        await this.#ingest(known, unseen);
      }
      if (all) known.listedAllAt = startedAt;
    });
  }

  #ingest({ database, ingested }: Known, segments: readonly ListedSegment[]): Promise<void> {
    const context = {
      objects: this.#objects,
      path: database.path,
      write: (work: (connection: DuckDBConnection) => Promise<void>) => this.#lazy.write(work),
      onDamage: this.#onDamage,
    };
    return ingestSegments(context, segments, (keys) => {
      for (const key of keys) ingested.add(key);
    });
  }

  async #knowledgeOf(database: OpenDatabase): Promise<Known> {
    if (this.#known?.database !== database) {
      const ingested = await this.#lazy.read(ingestedKeys);
      this.#known = { database, ingested, newest: 0, listedAllAt: 0 };
    }
    return this.#known;
  }

  async #takeOverBooks({ path }: OpenDatabase): Promise<AppliedBooks> {
    const applied = await this.#lazy.read(appliedBooks);
    if (applied.sequence === (await newestBooks(this.#objects))) return applied;
    try {
      const books = await readBooks(this.#objects);
      this.booksDamaged = undefined;
      if (books.sequence === applied.sequence) return applied;
      const folder = await makeFolder(path);
      await this.#lazy.write((connection) => applyBooks(connection, books, folder));
      await rm(folder, { recursive: true, force: true });
      return books;
    } catch (error) {
      if (!(error instanceof BooksDamaged)) throw error;
      if (!this.booksDamaged) this.#onDamage('ledger/books', error.message);
      this.booksDamaged = error;
      return applied;
    }
  }

  /** Those not taken in, of groups written after `after` (epoch ms), or of all: in time order, acceptance before its end. */
  async #unseen(known: Known, through: Hour, after: number | undefined): Promise<ListedSegment[]> {
    const listed = new Set<string>();
    const unseen: ListedSegment[] = [];
    // Accepted is listed first: what ended by then is listed after, and nothing that ended looks open.
    for (const log of logNames) {
      const startAfter = after === undefined ? undefined : keyAt(log, after);
      for await (const segment of listSegments(this.#objects, log, startAfter)) {
        listed.add(segment.key);
        known.newest = Math.max(known.newest, segment.last);
        if (segment.hour > through && !known.ingested.has(segment.key)) unseen.push(segment);
      }
    }
    if (after === undefined) await this.#forget(known, listed);
    return unseen.sort((a, b) => a.last - b.last || (a.log < b.log ? -1 : a.log > b.log ? 1 : 0));
  }

  /** Keys of segments that are no more. */
  async #forget(known: Known, listed: ReadonlySet<string>): Promise<void> {
    const gone = [...known.ingested].filter((key) => !listed.has(key));
    if (gone.length === 0) return;
    await this.#lazy.write(async (connection) => {
      await connection.run('CREATE OR REPLACE TEMP TABLE gone (key VARCHAR)');
      const appender = await connection.createAppender('gone', 'main', 'temp');
      for (const key of gone) {
        appender.appendVarchar(key);
        appender.endRow();
      }
      appender.closeSync();
      await connection.run('DELETE FROM segments WHERE key IN (SELECT key FROM gone)');
    });
    for (const key of gone) known.ingested.delete(key);
  }
}

async function ingestedKeys(connection: DuckDBConnection): Promise<Set<string>> {
  const result = await connection.runAndReadAll('SELECT key FROM segments');
  return new Set(result.getRows().map(([key]) => String(key)));
}
