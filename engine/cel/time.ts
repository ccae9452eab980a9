import { ExpressionFailure } from './failure.ts';
import { Duration, shown, Timestamp } from './values.ts';

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** CEL's range: years 1 to 9999. */
const earliest = -62_135_596_800_000;
const latest = 253_402_300_799_999;

/** Reads an RFC 3339 text. */
export function parseTimestamp(text: string): Timestamp {
  return timestampAt(rfc3339.test(text) ? Date.parse(text) : Number.NaN, shown(text));
}

/** A timestamp at epoch milliseconds, inside the years 1 to 9999. `origin` names it in the error. */
export function timestampAt(ms: number, origin: string): Timestamp {
  if (!(ms >= earliest && ms <= latest)) throw new ExpressionFailure(`not a time: ${origin}`);
  return new Timestamp(ms);
}

export function timestampText(value: Timestamp): string {
  return new Date(value.ms).toISOString();
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  ns: 0.000_001,
};
const longestMs = latest - earliest;

/** Reads a duration in CEL's form: `90s`, `1h30m`, `-1.5s`. */
export function parseDuration(text: string): Duration {
  if (!/^[+-]?(?:\d{1,15}(?:\.\d{1,9})?(?:h|ms|us|ns|m|s)){1,6}$/.test(text))
    throw new ExpressionFailure(`not a duration: ${shown(text)}`);
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g))
    ms += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return durationOf(text.startsWith('-') ? -ms : ms);
}

export function durationOf(ms: number): Duration {
  if (!(Math.abs(ms) <= longestMs)) throw new ExpressionFailure('the duration is too long');
  return new Duration(ms);
}

export function durationText(value: Duration): string {
  return `${value.ms / 1_000}s`;
}

/** Fields of a point in time: `getFullYear` and its like, in UTC or at a fixed offset. */
export const timestampFields: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** The date whose UTC fields are those of `value` at `zone`: `UTC`, or an offset like `+08:00`. */
export function dateAt(value: Timestamp, zone: string): Date {
  if (zone === 'UTC' || zone === 'Z') return new Date(value.ms);
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (!match) throw new ExpressionFailure(`time zones are UTC or an offset like +08:00, not ${shown(zone)}`);
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return new Date(value.ms + (match[1] === '-' ? -minutes : minutes) * 60_000);
}
