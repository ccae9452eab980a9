/**
 * Where things are kept: whole objects under keys, on files or in S3, behind one interface with conditional writes.
 * Everything that outlives a process and is not Temporal's is here. What is only for S3 is in `s3/`, which loads the SDK.
 */
export { ObjectStoreUnavailable, ObjectTooLarge, PreconditionFailed } from './errors.ts';
export { ImmutableCache } from './immutable-cache.ts';
export { encodeKeySegment } from './keys.ts';
export { type LifecycleRule, type LifecycleSettings, lifecycleRules, sweep } from './lifecycle.ts';
export type { ObjectEntry, ObjectStore, StoredObject, WriteCondition } from './object-store.ts';
export { type ObjectStoreAddress, openObjectStore } from './open.ts';
export { WriteProbe } from './write-probe.ts';
