import type { ObjectStore } from '../../objects/index.ts';
import { listAllSegments } from '../listing.ts';
import { type DropOptions, dropSegments } from './drop.ts';
import { mergeSegments } from './merge.ts';

/**
 * Keeps the segments few and within their budget: merges small ones, drops the oldest. To be called every few minutes, by
 * one process or several; safe beside writers and readers, and when killed. Counts are of segments.
 */
export async function compact(
  objects: ObjectStore,
  options: DropOptions,
): Promise<{ merged: number; dropped: number }> {
  const merged = await mergeSegments(objects, await listAllSegments(objects), options);
  const dropped = await dropSegments(objects, await listAllSegments(objects), options);
  return { merged, dropped };
}
