import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { acceptedEntry, runRecord } from '../../../contracts/index.ts';
import type { ObjectStore } from '../../objects/index.ts';
import { readBooks, removeOlderBooks, writeBooks } from '../books.ts';
import { type OnDamage, SegmentDamaged } from '../errors.ts';
import { deleteAll, groupBy, type ListedSegment } from '../listing.ts';
import { decodeSegment, parseLines, segmentLimits } from '../segment.ts';
import { type Hour, hourOf } from '../segment-key.ts';
import { type HourOfMessages, settleHour } from './settle.ts';

export interface DropOptions {
  /** Segments of hours that ended this long ago are dropped. */
  days: number;
  /** The oldest are dropped until all together are at most this large, as stored. */
  bytes: number;
  /** Epoch ms. */
  now: number;
  onDamage?: OnDamage;
}

const hourMs = 3_600_000;
/** What may still be written to, clocks apart, is never dropped, whatever the budget. */
const keptHours = 2;
/** Lines between two breaths of the event loop. */
const linesAtOnce = 500;
/** Messages with one side only that the books carry; beyond, something is wrong and nothing more is dropped. */
const carryLimit = 200_000;

const endedLine = runRecord.pick({ id: true, account: true, messageId: true, status: true });

/**
 * Drops what is over age or budget, hour by hour, oldest first. The books are closed before anything of an hour is deleted,
 * and name what is to be deleted: interrupted anywhere, the next call goes on. Returns how many segments were dropped.
 */
export async function dropSegments(
  objects: ObjectStore,
  segments: readonly ListedSegment[],
  { days, bytes, now, onDamage }: DropOptions,
): Promise<number> {
  let books = await readBooks(objects);
  // What a call that was interrupted left.
  await removeOlderBooks(objects, books.sequence);
  await deleteAll(objects, books.dropping);
  const counted = new Set(books.dropping);
  const left = segments.filter(({ key }) => !counted.has(key));
  let total = left.reduce((sum, { size }) => sum + size, 0);
  let dropped = 0;
  for (const [hour, members] of hoursOldestFirst(left)) {
    // Written late, by a clock that is behind: readers pass over closed hours, so it has to be counted now.
    const late = hour <= books.through;
    const tooOld = hour < hourOf(now - days * 24 * hourMs);
    if (hour >= hourOf(now - keptHours * hourMs) || !(late || tooOld || total > bytes)) break;
    books = settleHour(books, await readHour(objects, hour, members, onDamage));
    if (books.accepted.size + books.ended.size > carryLimit) break;
    // Another process closes the books: it goes on.
    if (!(await writeBooks(objects, books))) break;
    await deleteAll(objects, books.dropping);
    total -= members.reduce((sum, { size }) => sum + size, 0);
    dropped += members.length;
  }
  return dropped;
}

function hoursOldestFirst(segments: readonly ListedSegment[]): [Hour, ListedSegment[]][] {
  return [...groupBy(segments, ({ hour }) => hour)].sort(([a], [b]) => a - b);
}

async function readHour(
  objects: ObjectStore,
  hour: Hour,
  segments: readonly ListedSegment[],
  onDamage?: OnDamage,
): Promise<HourOfMessages> {
  const messages: HourOfMessages = {
    hour,
    segments: segments.map(({ key }) => key),
    accepted: new Map(),
    ended: new Map(),
  };
  for (const segment of segments) {
    try {
      await readSegment(objects, segment, messages);
    } catch (error) {
      if (!(error instanceof SegmentDamaged) && !(error instanceof z.ZodError)) throw error;
      onDamage?.(segment.key, `dropped in part: ${error.message}`);
    }
  }
  return messages;
}

async function readSegment(
  objects: ObjectStore,
  { key, log }: ListedSegment,
  { accepted, ended }: HourOfMessages,
): Promise<void> {
  const stored = await objects.get(key, { maxBytes: segmentLimits.stored });
  if (!stored) return;
  let lines = 0;
  for (const value of parseLines(await decodeSegment(stored.body))) {
    if (++lines % linesAtOnce === 0) await setImmediate();
    if (log === 'accepted') {
      // Whoever wonders about an event looks sooner; the books carry what a late regret needs.
      const { raw: _, ...entry } = acceptedEntry.parse(value);
      if (!accepted.has(entry.runId)) accepted.set(entry.runId, entry);
      continue;
    }
    const { id, account, messageId, status } = endedLine.parse(value);
    if (!account || !messageId || ended.has(id)) continue;
    ended.set(id, { runId: id, account, messageId, outcome: status });
  }
}
