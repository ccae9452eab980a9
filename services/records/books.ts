import { z } from 'zod';
import { acceptedEntry, accountId, messageId, outcome, runId } from '../../contracts/index.ts';
import { type ObjectStore, PreconditionFailed } from '../objects/index.ts';
import { BooksDamaged } from './errors.ts';
import { decodeSegment, encodeSegment, parseLines } from './segment.ts';

/**
 * The books of what was dropped: totals of every message whose two sides are both gone, and what is carried because only
 * one is. One immutable object per closing, `ledger/books/<sequence>.jsonl.gz`; the highest sequence counts.
 * Not below `runs/`, where objects may be removed by age.
 */
export const booksPrefix = 'ledger/books/';
const booksLimitBytes = 64 * 1024 * 1024;

/** How a message ended whose acceptance was never seen, or not yet. */
export const messageOutcome = z.object({ runId, account: accountId, messageId, outcome });
export type MessageOutcome = z.infer<typeof messageOutcome>;

const count = z.number().int().nonnegative();
const totals = z.object({ accepted: count, answered: count, failed: count, cancelled: count });
export type LedgerCounts = z.infer<typeof totals>;

const header = z.object({
  /** The last hour that was dropped. */
  through: count,
  totals,
  /** Segments of the last closing: counted, and deleted sooner or later. */
  dropping: z.array(z.string()),
});
/** Run ids settled when an hour was dropped, so that a late repeat of either side is known as one. */
const settledHour = z.object({ hour: count, ids: z.array(z.string()) });
const line = z.union([
  z.object({ header }),
  z.object({ settled: settledHour }),
  z.object({ accepted: acceptedEntry }),
  z.object({ ended: messageOutcome }),
]);

export interface Books extends z.infer<typeof header> {
  sequence: number;
  settled: z.infer<typeof settledHour>[];
  accepted: AcceptedCarry;
  ended: EndedCarry;
}
/** By run id. */
export type AcceptedCarry = Map<string, z.infer<typeof acceptedEntry>>;
export type EndedCarry = Map<string, MessageOutcome>;

export function emptyBooks(): Books {
  return {
    sequence: 0,
    through: 0,
    totals: { accepted: 0, answered: 0, failed: 0, cancelled: 0 },
    dropping: [],
    settled: [],
    accepted: new Map(),
    ended: new Map(),
  };
}

/** Sequence of the newest books, 0 when nothing was ever dropped. Cheap: lists, reads nothing. */
export async function newestBooks(objects: ObjectStore): Promise<number> {
  let newest = 0;
  for await (const { key } of objects.list(booksPrefix)) newest = Math.max(newest, sequenceOf(key));
  return newest;
}

/** The newest books. Throws `BooksDamaged`: totals are never silently begun anew. */
export async function readBooks(objects: ObjectStore): Promise<Books> {
  for (;;) {
    const sequence = await newestBooks(objects);
    if (sequence === 0) return emptyBooks();
    const stored = await objects.get(booksKey(sequence), { maxBytes: booksLimitBytes });
    // Replaced since it was listed: there are newer ones.
    if (stored) return await decodeBooks(sequence, stored.body);
  }
}

/**
 * Writes the next books and removes older ones. False when another process wrote the same sequence first; nothing is
 * changed then.
 */
export async function writeBooks(objects: ObjectStore, books: Books): Promise<boolean> {
  try {
    await objects.put(booksKey(books.sequence), await encodeBooks(books), { ifNoneMatch: '*' });
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
  await removeOlderBooks(objects, books.sequence);
  return true;
}

export async function removeOlderBooks(objects: ObjectStore, sequence: number): Promise<void> {
  for await (const { key } of objects.list(booksPrefix)) {
    if (sequenceOf(key) < sequence) await objects.delete(key);
  }
}

function encodeBooks({ through, totals, dropping, settled, accepted, ended }: Books): Promise<Uint8Array> {
  const lines: z.infer<typeof line>[] = [
    { header: { through, totals, dropping } },
    ...settled.map((hour) => ({ settled: hour })),
    ...[...accepted.values()].map((entry) => ({ accepted: entry })),
    ...[...ended.values()].map((entry) => ({ ended: entry })),
  ];
  return encodeSegment(lines.map((value) => `${JSON.stringify(value)}\n`).join(''), 6);
}

async function decodeBooks(sequence: number, body: Uint8Array): Promise<Books> {
  const books = { ...emptyBooks(), sequence };
  let complete = false;
  try {
    for (const value of parseLines(await decodeSegment(body))) {
      const parsed = line.parse(value);
      if ('header' in parsed) {
        Object.assign(books, parsed.header);
        complete = true;
      } else if ('settled' in parsed) books.settled.push(parsed.settled);
      else if ('accepted' in parsed) books.accepted.set(parsed.accepted.runId, parsed.accepted);
      else books.ended.set(parsed.ended.runId, parsed.ended);
    }
  } catch (cause) {
    throw new BooksDamaged(`the books ${booksKey(sequence)} cannot be read`, { cause });
  }
  if (!complete) throw new BooksDamaged(`the books ${booksKey(sequence)} have no totals`);
  return books;
}

function booksKey(sequence: number): string {
  return `${booksPrefix}${String(sequence).padStart(12, '0')}.jsonl.gz`;
}

function sequenceOf(key: string): number {
  const match = /^ledger\/books\/(\d{12})\.jsonl\.gz$/.exec(key);
  return match ? Number(match[1]) : 0;
}
