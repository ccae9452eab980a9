/** Real servers for tests: Temporal as Errand runs it, an S3 server, the time-skipping server, and their binaries. */
export { type TestBinaries, testBinaries } from './binaries.ts';
export { startObjectStore, type TestObjectStore } from './object-store.ts';
export { createNamespace, startTemporal, type TestTemporal } from './temporal.ts';
export { startTimeSkipping } from './time-skipping.ts';
