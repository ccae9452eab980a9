import { type ObjectStore, PreconditionFailed } from '../../objects/index.ts';
import { type OnDamage, SegmentDamaged } from '../errors.ts';
import { deleteAll, groupBy, type ListedSegment } from '../listing.ts';
import { decodeSegment, encodeSegment, segmentLimits } from '../segment.ts';
import { hourOf, mergedKey, type SegmentName } from '../segment-key.ts';

export interface MergeOptions {
  /** Epoch ms. */
  now: number;
  onDamage?: OnDamage;
}

/** Lines of a merged segment, bytes: one is read whole for a single record, so not more than some tens of milliseconds. */
const targetBytes = 8_000_000;
/** Segments of this many stored bytes are left as they are. */
const largeBytes = 1_000_000;
/** A group this young may have others beside it that are not listed yet, ms. */
const settleMs = 60_000;
/** In an hour that goes on, fewer are not worth a merge: what it makes is merged again later. */
const fewest = { closedHour: 2, openHour: 8 } as const;

/**
 * Merges the small segments of each hour. The merged one is complete before a source is deleted: interrupted anywhere,
 * records are there once or twice, and twice counts once. Returns how many sources were merged.
 */
export async function mergeSegments(
  objects: ObjectStore,
  segments: readonly ListedSegment[],
  { now, onDamage }: MergeOptions,
): Promise<number> {
  const ripe = segments.filter(({ size, last }) => size < largeBytes && last < now - settleMs);
  const byHour = groupBy(ripe, ({ log, hour }) => `${log} ${hour}`);
  let merged = 0;
  for (const small of byHour.values()) {
    const open = small[0]?.hour === hourOf(now);
    if (small.length < (open ? fewest.openHour : fewest.closedHour)) continue;
    merged += await mergeHour(objects, small, onDamage);
  }
  return merged;
}

interface Chunk {
  sources: SegmentName[];
  lines: Buffer[];
  bytes: number;
}

async function mergeHour(
  objects: ObjectStore,
  segments: ListedSegment[],
  onDamage?: OnDamage,
): Promise<number> {
  let merged = 0;
  let chunk: Chunk = { sources: [], lines: [], bytes: 0 };
  for (const segment of segments) {
    const lines = await readLines(objects, segment.key, onDamage);
    if (!lines) continue;
    chunk.sources.push(segment);
    chunk.lines.push(lines);
    chunk.bytes += lines.length;
    if (chunk.bytes < targetBytes) continue;
    merged += await writeChunk(objects, chunk);
    chunk = { sources: [], lines: [], bytes: 0 };
  }
  return merged + (await writeChunk(objects, chunk));
}

async function readLines(objects: ObjectStore, key: string, onDamage?: OnDamage): Promise<Buffer | null> {
  const stored = await objects.get(key, { maxBytes: segmentLimits.stored });
  if (!stored) return null;
  try {
    return await decodeSegment(stored.body);
  } catch (error) {
    if (!(error instanceof SegmentDamaged)) throw error;
    // Left where it is, for whoever mends it.
    onDamage?.(key, error.message);
    return null;
  }
}

async function writeChunk(objects: ObjectStore, { sources, lines }: Chunk): Promise<number> {
  if (sources.length < 2) return 0;
  const body = await encodeSegment(Buffer.concat(lines), 6);
  try {
    await objects.put(mergedKey(sources), body, { ifNoneMatch: '*' });
  } catch (error) {
    // Its name says its sources: another process, or this one before it died, has merged the same.
    if (!(error instanceof PreconditionFailed)) throw error;
  }
  await deleteAll(
    objects,
    sources.map(({ key }) => key),
  );
  return sources.length;
}
