/**
 * Run records and the ledger's books. Writers append to two logs, what was accepted and how runs ended; groups of entries
 * become immutable segments in the object store. `compact` keeps those few and within budget, and closes the books of
 * what it drops. Whoever is asked keeps a local index of the segments that can be deleted at any time. A repeat counts once.
 * Beside them, for a while, whole runs that may be gone on from.
 */
export { type AcceptedLog, createAcceptedLog } from './accepted-log.ts';
export type { LedgerCounts, MessageOutcome } from './books.ts';
export { compact } from './compaction/compact.ts';
export {
  InvalidCursor,
  KeptRunDamaged,
  RecordsUnavailable,
  RunIndexUnavailable,
  RunQueryTimeout,
} from './errors.ts';
export { createKeptRunStore, type KeptRunStore } from './kept-runs.ts';
export { createRunIndex, type RunIndex, type RunIndexOptions } from './run-index/run-index.ts';
export { createRunIndexApart } from './run-index/run-index-apart.ts';
export { createRunLog, type RunLog } from './run-log.ts';
