/** Locks of the kernel on open files: gone with the process that held them, however it ended, and independent of pids. */
export { type Flock, FlockUnsupported, loadFlock } from './flock.ts';
