import type { AcceptedCarry, Books, EndedCarry } from './books.ts';
import type { Hour } from './segment-key.ts';

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
  const known = new Set(books.settled.flatMap(({ ids }) => ids));
  const accepted = joined(books.accepted, hour.accepted, known);
  const ended = joined(books.ended, hour.ended, known);
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

function joined<T>(carried: Map<string, T>, added: Map<string, T>, without: Set<string>): Map<string, T> {
  const all = new Map(carried);
  for (const [id, value] of added) if (!all.has(id) && !without.has(id)) all.set(id, value);
  return all;
}
