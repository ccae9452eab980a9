import type { AcceptedCarry, Books, EndedCarry } from '../books.ts';
import type { Hour } from '../segment-key.ts';

/** Hours of drops for which settled run ids are remembered: platforms repeat a message up to six hours later. */
export const repeatWindowHours = 12;

/** What the segments of one hour hold of messages, first of each run id. */
export interface HourOfMessages {
  hour: Hour;
  segments: string[];
  accepted: AcceptedCarry;
  ended: EndedCarry;
}

/**
 * Closes an hour: a message with both sides on hand is settled and only counted from now on; one side without the other
 * is carried, for the other may come, or be kept, in a later hour. So `accepted` equals the sum of outcomes and of what
 * is open, before and after.
 */
export function settleHour(books: Books, hour: HourOfMessages): Books {
  const accepted = withoutSettled(books, hour.accepted, books.accepted);
  const ended = withoutSettled(books, hour.ended, books.ended);
  const totals = { ...books.totals };
  const ids: string[] = [];
  for (const [id, { outcome }] of ended) {
    if (!accepted.delete(id)) continue;
    ended.delete(id);
    ids.push(id);
    totals.accepted += 1;
    totals[outcome] += 1;
  }
  return {
    sequence: books.sequence + 1,
    through: Math.max(books.through, hour.hour),
    totals,
    dropping: hour.segments,
    settled: [...books.settled, { hour: hour.hour, ids }].slice(-repeatWindowHours),
    accepted,
    ended,
  };
}

/** What the hour adds to what was carried, first of each run id. */
function withoutSettled<T>(books: Books, added: Map<string, T>, carried: Map<string, T>): Map<string, T> {
  const all = new Map([...added, ...carried]);
  for (const { ids } of books.settled) for (const id of ids) all.delete(id);
  return all;
}
