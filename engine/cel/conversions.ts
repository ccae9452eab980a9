import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';
import { toInt } from './operators.ts';
import { durationText, parseDuration, parseTimestamp, timestampAt, timestampText } from './time.ts';
import { Duration, isMap, shown, Timestamp, TypeName, typeOf, type Value } from './values.ts';

/** A function on values; of a method, `args[0]` is the receiver. */
export type Call = (args: Value[], meter: Meter) => Value;

function cannot(value: Value, type: string): ExpressionFailure {
  const found = typeof value === 'string' ? `"${shown(value)}"` : typeOf(value);
  return new ExpressionFailure(`${found} cannot be made ${type}`);
}

function toDouble(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (
    typeof value === 'string' &&
    /^[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/.test(value)
  )
    return Number(value);
  throw cannot(value, 'a double');
}

function toInteger(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return toInt(BigInt(Math.trunc(value)));
  if (typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value))
    return toInt(BigInt(value.replace('+', '')));
  if (value instanceof Timestamp) return BigInt(Math.floor(value.ms / 1_000));
  throw cannot(value, 'an int');
}

function toStringValue(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  throw cannot(value, 'a string');
}

function toBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'True' || value === 'TRUE' || value === 't' || value === '1') return true;
  if (value === 'false' || value === 'False' || value === 'FALSE' || value === 'f' || value === '0')
    return false;
  throw cannot(value, 'a bool');
}

function toTimestamp(value: Value): Timestamp {
  if (value instanceof Timestamp) return value;
  if (typeof value === 'string') return parseTimestamp(value);
  if (typeof value === 'bigint' || typeof value === 'number')
    return timestampAt(Number(value) * 1_000, `${value} seconds`);
  throw cannot(value, 'a timestamp');
}

function toDuration(value: Value): Duration {
  if (value instanceof Duration) return value;
  if (typeof value === 'string') return parseDuration(value);
  throw cannot(value, 'a duration');
}

/** Characters of a string, entries of a list or map. */
export function sizeOf(value: Value, meter: Meter): bigint {
  if (Array.isArray(value)) return BigInt(value.length);
  if (isMap(value)) {
    const { length } = Object.keys(value);
    meter.charge(length);
    return BigInt(length);
  }
  if (typeof value !== 'string') throw new ExpressionFailure(`${typeOf(value)} has no size`);
  meter.charge(1 + value.length / 8);
  let count = 0n;
  for (const _ of value) count++;
  return count;
}

function unary(convert: (value: Value, meter: Meter) => Value): Call {
  return ([value = null], meter) => convert(value, meter);
}

/** Functions of one argument, by name: CEL's conversions, `size` and `type`. */
export const conversions: ReadonlyMap<string, Call> = new Map([
  ['size', unary(sizeOf)],
  ['dyn', unary((value) => value)],
  ['type', unary((value) => new TypeName(typeOf(value)))],
  ['int', unary(toInteger)],
  ['uint', unary(toInteger)],
  ['double', unary(toDouble)],
  ['string', unary(toStringValue)],
  ['bool', unary(toBoolean)],
  ['timestamp', unary(toTimestamp)],
  ['duration', unary(toDuration)],
]);

/** Names that stand for types, as in `type(x) == string`. */
export const typeNames: ReadonlySet<string> = new Set([
  'int',
  'double',
  'bool',
  'string',
  'list',
  'map',
  'null_type',
  'type',
]);
