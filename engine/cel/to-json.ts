import type { Json } from '../../contracts/json.ts';
import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';
import { durationText, timestampText } from './time.ts';
import { Duration, isMap, Timestamp, TypeName, type Value } from './values.ts';

/** A value as JSON: integers become numbers, timestamps RFC 3339 texts, durations texts like `1.5s`. */
export function toJson(value: Value, meter: Meter): Json {
  meter.charge(1);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    meter.chargeText(value.length);
    return value;
  }
  if (typeof value === 'number') return finite(value);
  if (typeof value === 'bigint') return safeInteger(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof TypeName) return value.name;
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, meter));
  const result: { [key: string]: Json } = {};
  for (const [key, entry] of Object.entries(value)) {
    meter.chargeText(key.length);
    if (key !== '__proto__') result[key] = toJson(entry, meter);
  }
  return result;
}

/** A value as text in a template: null is empty, lists and maps are JSON. */
export function toText(value: Value, meter: Meter): string {
  const plain = toJson(value, meter);
  if (plain === null) return '';
  if (typeof plain === 'string') return plain;
  return isMap(plain) || Array.isArray(plain) ? JSON.stringify(plain) : String(plain);
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new ExpressionFailure('the result is not a finite number');
  return value;
}

function safeInteger(value: bigint): number {
  const result = Number(value);
  if (!Number.isSafeInteger(result))
    throw new ExpressionFailure('the result is too large for a JSON number; wrap it in string()');
  return result;
}
