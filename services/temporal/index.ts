/** Temporal as processes see it: connections, and how payloads are kept out of its history when they are large. */
export { type Backlog, readBacklog } from './backlog.ts';
export { connectTemporal, createClient, type TemporalTarget } from './client.ts';
export { createDataConverter } from './data-converter.ts';
export { hasOtherWorkers } from './pollers.ts';
