import type { DuckDBConnection } from '@duckdb/node-api';
import type {
  AcceptedEntry,
  Run,
  RunErrorGroup,
  RunErrorQuery,
  RunPage,
  RunQuery,
} from '../../../contracts/index.ts';
import type { ObjectStore } from '../../objects/index.ts';
import type { LedgerCounts, MessageOutcome } from '../books.ts';
import { type OnDamage, RunIndexUnavailable, SegmentDamaged } from '../errors.ts';
import { isFileDamaged, isOutOfMemory } from './database.ts';
import { groupErrors } from './error-groups.ts';
import { readEntry } from './find-entry.ts';
import { findIndexedRun, readRecord } from './find-run.ts';
import { LazyDatabase } from './lazy-database.ts';
import { countLedger, findOpen, listLimit, listOpen, listUnaccepted } from './ledger-queries.ts';
import { queryRuns } from './query.ts';
import { Refresher } from './refresher.ts';

export interface RunIndexOptions {
  /** A local directory; may be deleted at any time, the index is then built anew. */
  directory: string;
  /** DuckDB's own accounting. */
  memoryLimit?: string;
  /** Unused for this long the index is closed, ms. */
  idleMs?: number;
  /** Longest query, ms. */
  queryTimeoutMs?: number;
  onDamage?: OnDamage;
}

/** Ended runs and the ledger, as of the last `refresh`. All throw `RunIndexUnavailable`, and `RunQueryTimeout`. */
export interface RunIndex {
  /** Takes in what any process wrote before the call. False when `patienceMs` went by; it goes on, and what is there answers. */
  refresh(options?: { patienceMs?: number }): Promise<boolean>;
  /** Newest first. Throws `InvalidCursor`. */
  query(query: RunQuery): Promise<RunPage>;
  /** Runs that failed, in groups that failed the same way; the largest first, at most 200. */
  errors(query: RunErrorQuery): Promise<RunErrorGroup[]>;
  /** With its nodes; without, when its segment is damaged or was just dropped. */
  get(runId: string): Promise<Run | null>;
  /** Of messages only; runs that no message asked for are not in it. Throws `BooksDamaged`. */
  ledgerCounts(): Promise<LedgerCounts>;
  /** Accepted at least this long ago and without an outcome, oldest first; at most 10,000. */
  open(options: { olderThanMs: number; limit?: number }): Promise<AcceptedEntry[]>;
  /** A message that was accepted and has no outcome. */
  openByRunId(runId: string): Promise<AcceptedEntry | null>;
  /** A message that was accepted, whether it ended or not. Null when it is unknown, was dropped or is damaged. */
  acceptedByRunId(runId: string): Promise<AcceptedEntry | null>;
  /** Outcomes, at least this old, of messages that were never accepted. */
  unaccepted(options?: { olderThanMs?: number }): Promise<MessageOutcome[]>;
  close(): Promise<void>;
}

/** Opens nothing yet: a process that is never asked never loads the engine. */
export function createRunIndex(objects: ObjectStore, options: RunIndexOptions): RunIndex {
  const onDamage = options.onDamage ?? (() => undefined);
  const database = new LazyDatabase({
    memoryLimit: '96MB',
    // Less than the minute between two chores that ask.
    idleMs: 15_000,
    queryTimeoutMs: 10_000,
    ...options,
  });
  const refresher = new Refresher(objects, database, onDamage);
  const refresh = shared(() => refreshOrRebuild(database, refresher));
  const read = <T>(query: (connection: DuckDBConnection) => Promise<T>) => database.read(query);

  return {
    refresh: ({ patienceMs } = {}) => (patienceMs === undefined ? refresh() : within(patienceMs, refresh())),
    query: async (query) => {
      if (query.status === 'running' || query.status === 'waiting') return { runs: [], next: null };
      return read((connection) => queryRuns(connection, query));
    },
    errors: (query) => read((connection) => groupErrors(connection, query)),
    get: async (runId) => {
      const found = await read((connection) => findIndexedRun(connection, runId));
      if (!found) return null;
      const record = await readRecord(objects, found).catch(nullWhereDamaged);
      return record ?? { ...found.summary, nodes: [] };
    },
    ledgerCounts: async () => {
      if (refresher.booksDamaged) throw refresher.booksDamaged;
      return read(countLedger);
    },
    open: ({ olderThanMs, limit = listLimit }) =>
      read((connection) => listOpen(connection, Date.now() - olderThanMs, Math.min(limit, listLimit))),
    openByRunId: (runId) => read((connection) => findOpen(connection, runId)),
    acceptedByRunId: async (runId) => {
      const open = await read((connection) => findOpen(connection, runId));
      const ended = open ? null : await read((connection) => findIndexedRun(connection, runId));
      const acceptedAt = ended?.summary.acceptedAt;
      return acceptedAt ? readEntry(objects, runId, Date.parse(acceptedAt)).catch(nullWhereDamaged) : open;
    },
    unaccepted: ({ olderThanMs = 0 } = {}) =>
      read((connection) => listUnaccepted(connection, Date.now() - olderThanMs)),
    close: () => database.close(),
  };
}

function nullWhereDamaged(error: unknown): null {
  if (error instanceof SegmentDamaged) return null;
  throw error;
}

async function refreshOrRebuild(database: LazyDatabase, refresher: Refresher): Promise<true> {
  try {
    const present = await database.use((open) => open.present());
    if (!present) await database.discard();
    await refresher.refresh();
  } catch (error) {
    if (isOutOfMemory(error)) throw new RunIndexUnavailable('the memory limit is too low', { cause: error });
    if (!isFileDamaged(error)) throw error;
    await database.discard();
    await refresher.refresh().catch((cause: unknown) => {
      if (!isFileDamaged(cause)) throw cause;
      throw new RunIndexUnavailable('the run index cannot be written', { cause });
    });
  }
  return true;
}

/** One run at a time; who asks during one shares the next, for the current one may have looked already. */
function shared(work: () => Promise<true>): () => Promise<true> {
  let running: Promise<true> | undefined;
  let next: Promise<true> | undefined;
  const start = () => {
    next = undefined;
    const current = work().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };
  return () => {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };
}

/** False when it takes longer; its failure then is nobody's. */
async function within(ms: number, work: Promise<true>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
