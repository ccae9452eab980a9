import { createHash } from 'node:crypto';

/** The two sides of the ledger: what was taken, and how runs ended. */
export type LogName = 'accepted' | 'ended';
export const logNames: readonly LogName[] = ['accepted', 'ended'];

/** What a segment's key says. `first` and `last`: epoch ms of the oldest and newest group inside, the same unless merged. */
export interface SegmentName {
  key: string;
  log: LogName;
  hour: Hour;
  first: number;
  last: number;
  merged: boolean;
}

/** An hour in UTC as the number yyyymmddhh: sorts as time does and is the unit in which segments are dropped. */
export type Hour = number;

const pattern =
  /^runs\/(accepted|ended)\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\/(\d{7})(?:-(\d{7}))?-[0-9a-f]{12}\.jsonl\.gz$/;

export function logPrefix(log: LogName): string {
  return `runs/${log}/`;
}

/** Key of one group, written at `at` (epoch ms): `runs/ended/2026/11/23/15/0412345-<id>.jsonl.gz`. `id`: 12 hex digits. */
export function segmentKey(log: LogName, at: number, id: string): string {
  return `${keyAt(log, at)}-${id}.jsonl.gz`;
}

/** Key of a merged segment. It sorts behind all its sources, so a reader that knows none of them lists it too. */
export function mergedKey(sources: readonly SegmentName[]): string {
  const [one] = sources;
  if (!one) throw new TypeError('nothing to merge');
  const first = Math.min(...sources.map((source) => source.first));
  const last = Math.max(...sources.map((source) => source.last));
  const names = sources.map((source) => source.key).join('\n');
  const id = createHash('sha256').update(names).digest('hex').slice(0, 12);
  return `${keyAt(one.log, last)}-${withinHour(first)}-${id}.jsonl.gz`;
}

/** Where keys of groups written at `at` (epoch ms) begin; good to start a listing after. */
export function keyAt(log: LogName, at: number): string {
  const [year, month, day, hour] = new Date(at).toISOString().split(/[-T:]/);
  return `${logPrefix(log)}${year}/${month}/${day}/${hour}/${withinHour(at)}`;
}

/** Null for a key that is no segment's. */
export function parseSegmentKey(key: string): SegmentName | null {
  const match = pattern.exec(key);
  if (!match) return null;
  const [, log, year, month, day, hour, last = '', first = last] = match;
  const start = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  if (Number.isNaN(start)) return null;
  return {
    key,
    log: log === 'accepted' ? 'accepted' : 'ended',
    hour: Number(`${year}${month}${day}${hour}`),
    first: start + sinceHour(first),
    last: start + sinceHour(last),
    merged: match[7] !== undefined,
  };
}

export function hourOf(at: number): Hour {
  return Number(new Date(at).toISOString().replace(/\D/g, '').slice(0, 10));
}

/** Minutes, seconds and milliseconds: mmssSSS. */
function withinHour(at: number): string {
  const date = new Date(at);
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  return pad(date.getUTCMinutes(), 2) + pad(date.getUTCSeconds(), 2) + pad(date.getUTCMilliseconds(), 3);
}

function sinceHour(digits: string): number {
  return Number(digits.slice(0, 2)) * 60_000 + Number(digits.slice(2, 4)) * 1_000 + Number(digits.slice(4));
}
