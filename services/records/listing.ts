import type { ObjectStore } from '../objects/index.ts';
import { type LogName, logNames, logPrefix, parseSegmentKey, type SegmentName } from './segment-key.ts';

export interface ListedSegment extends SegmentName {
  /** Bytes, as stored. */
  size: number;
}

/** Segments of a log in the order of their keys, of time that is. Other objects are passed over. */
export async function* listSegments(
  objects: ObjectStore,
  log: LogName,
  startAfter?: string,
): AsyncGenerator<ListedSegment> {
  for await (const { key, size } of objects.list(logPrefix(log), startAfter ? { startAfter } : {})) {
    const name = parseSegmentKey(key);
    if (name) yield { ...name, size };
  }
}

export async function listAllSegments(objects: ObjectStore): Promise<ListedSegment[]> {
  const all: ListedSegment[] = [];
  for (const log of logNames) for await (const segment of listSegments(objects, log)) all.push(segment);
  return all;
}

/** Deletes objects, a few at a time. */
export async function deleteAll(objects: ObjectStore, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += 16) {
    await Promise.all(keys.slice(at, at + 16).map((key) => objects.delete(key)));
  }
}

export function groupBy<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
