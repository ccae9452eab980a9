/**
 * What a conversation remembers beyond its workflow: versioned snapshots in the object store, checked whenever they are
 * read, and the part of a window that fits a model. Damage is an error with a key in it, never an empty memory.
 */
export { MemoryDamaged } from './errors.ts';
export { createSnapshotStore, type SnapshotStore, type SnapshotStoreOptions } from './snapshot-store.ts';
export { estimateTokens, windowWithin } from './window.ts';
