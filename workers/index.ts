/** Worker processes: how they are wired, tuned, bundled and shut down. */
export { workflowBundlePath } from './bundle.ts';
export { keepConnections } from './connections.ts';
export { installRuntime } from './runtime.ts';
export { ensureSchedules } from './schedules.ts';
export { createWorker, type WorkerProcess } from './worker.ts';
