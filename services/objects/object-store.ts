/** What a write expects to find. At most one of the two; neither replaces whatever is there. */
export interface WriteCondition {
  /** Only over the object with this etag. */
  ifMatch?: string;
  /** Only where there is no object. */
  ifNoneMatch?: '*';
}

export interface StoredObject {
  body: Uint8Array;
  /** Opaque, without quotes. The same bytes under the same key may have the same etag. */
  etag: string;
}

export interface ObjectEntry {
  key: string;
  /** Bytes. */
  size: number;
  modifiedAt: Date;
}

/** Largest object that is read unless the reader names another bound, in bytes. */
export const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Whole objects under keys like `memory/web/c1/latest.json`. Strongly consistent: what one process wrote, every
 * process reads and lists from then on. A write that resolved is on disk; a write that was interrupted left the old
 * object or the new one. No key may name a folder of another.
 * All throw `InvalidKey` and, within seconds, `ObjectStoreUnavailable`.
 */
export interface ObjectStore {
  /** Null when there is none. Throws `ObjectTooLarge` above `maxBytes`. */
  get(key: string, options?: { maxBytes?: number }): Promise<StoredObject | null>;
  /** Throws `PreconditionFailed` when the condition does not hold; of rival conditional writes one wins. */
  put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }>;
  /** Succeeds when there was none. */
  delete(key: string): Promise<void>;
  /**
   * Keys that begin with `prefix` and come after `startAfter`, in byte order, read as they are asked for.
   * Where a folder's name begins that of a sibling (`a/1`, `a-b/1`), S3 servers differ over which comes first: there
   * each folder's keys still come together and in order, and `startAfter` has to stay within one folder. It names an
   * object, there or not, never a folder.
   */
  list(prefix: string, options?: { startAfter?: string }): AsyncIterable<ObjectEntry>;
  close(): Promise<void>;
}
