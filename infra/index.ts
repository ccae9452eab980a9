/**
 * How Errand is run on a machine: the data directory and its lock, the Temporal binary, the embedded Temporal server
 * and its supervision, and what a Temporal server, embedded or not, needs before work begins. `first-run/` holds the
 * plain scripts behind `npm start`, `npm test` and their like, which run before anything is installed.
 */
export { ensureDataDirectory } from './data-directory.ts';
export { type DataLock, lockDataDirectory } from './data-lock.ts';
export * from './errors.ts';
export { type BinaryOptions, obtainTemporalBinary, type TemporalBinary } from './temporal/binary.ts';
export type { OnProgress } from './temporal/guarded-process.ts';
export { freePort } from './temporal/ports.ts';
export { retentionHours } from './temporal/retention.ts';
export { searchAttributeTypes } from './temporal/search-attributes.ts';
export { EmbeddedServer, type EmbeddedServerOptions } from './temporal/server.ts';
export type { ServerLogEntry } from './temporal/server-log.ts';
export { setRetention, setUpTemporal, type TemporalSetupOptions } from './temporal/setup.ts';
