import type { Json } from '../contracts/json.ts';
import { runLimits } from './limits.ts';

/**
 * The length of a value as JSON text, in UTF-16 units; undefined when it is above `limit`, or nested deeper than
 * values may be. Stops where it is over, so that a value which shares its parts costs no more than the limit.
 */
export function measureJson(value: Json, limit: number): number | undefined {
  const length = lengthOf(value, limit, runLimits.valueDepth);
  return length <= limit ? length : undefined;
}

function lengthOf(value: Json, limit: number, depth: number): number {
  if (typeof value === 'string') return value.length > limit ? value.length : JSON.stringify(value).length;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (depth === 0) return Number.POSITIVE_INFINITY;
  let length = 1;
  if (Array.isArray(value)) {
    for (const entry of value) {
      length += 1 + lengthOf(entry, limit - length, depth - 1);
      if (length > limit) return length;
    }
    return Math.max(length, 2);
  }
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (entry === undefined) continue;
    length += 2 + JSON.stringify(key).length + lengthOf(entry, limit - length, depth - 1);
    if (length > limit) return length;
  }
  return Math.max(length, 2);
}
