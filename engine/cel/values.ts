import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';

/** A point in time; epoch milliseconds. */
export class Timestamp {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A length of time in milliseconds. */
export class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** What `type()` yields. */
export class TypeName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export interface ValueMap {
  [key: string]: Value;
}

/** CEL's values. `int` is a bigint and `double` a number; numbers from JSON are doubles, and the two mix. */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Value[]
  | ValueMap
  | Timestamp
  | Duration
  | TypeName;

/** Narrows to a map: an object that is nothing else. */
export function isMap(value: Value): value is ValueMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Timestamp || value instanceof Duration || value instanceof TypeName)
  );
}

export function typeOf(value: Value): string {
  if (value === null) return 'null_type';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Duration) return 'duration';
  if (value instanceof TypeName) return 'type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
      return 'double';
    case 'bigint':
      return 'int';
    default:
      return 'map';
  }
}

/** Names through which JavaScript leads from a value to its code. */
const hiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a map has this key as its own. */
export function hasKey(map: ValueMap, key: string): boolean {
  return Object.hasOwn(map, key) && !hiddenKeys.has(key) && map[key] !== undefined;
}

/** The value under a map's own key. */
export function field(map: ValueMap, key: string): Value {
  const value = hasKey(map, key) ? map[key] : undefined;
  if (value === undefined) throw new ExpressionFailure(`no such key: ${shown(key)}`);
  return value;
}

/** The element at an index of a list. */
export function element(list: Value[], index: Value): Value {
  const position = typeof index === 'bigint' ? Number(index) : index;
  if (typeof position !== 'number' || !Number.isInteger(position))
    throw new ExpressionFailure(`a list is indexed by whole numbers, not by ${typeOf(index)}`);
  const value = list[position];
  if (value === undefined)
    throw new ExpressionFailure(`index ${position} is outside a list of ${list.length}`);
  return value;
}

/** Adds to a map that an expression builds. */
export function setKey(map: ValueMap, key: Value, value: Value): void {
  if (typeof key !== 'string')
    throw new ExpressionFailure(`keys of a map are strings here, not ${typeOf(key)}`);
  if (hiddenKeys.has(key)) throw new ExpressionFailure(`no key may be named ${key}`);
  map[key] = value;
}

/** CEL's equality: by value, across int and double; different types are different. */
export function equal(left: Value, right: Value, meter: Meter): boolean {
  meter.charge(1);
  if (left === right) {
    if (typeof left === 'string') meter.chargeText(left.length);
    return true;
  }
  if (isNumeric(left) && isNumeric(right)) return sameNumber(left, right);
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((value, index) => equal(value, right[index] ?? null, meter))
    );
  if (Array.isArray(right)) return false;
  if (left instanceof Timestamp) return right instanceof Timestamp && left.ms === right.ms;
  if (left instanceof Duration) return right instanceof Duration && left.ms === right.ms;
  if (left instanceof TypeName) return right instanceof TypeName && left.name === right.name;
  return isMap(left) && isMap(right) && equalMaps(left, right, meter);
}

function equalMaps(left: ValueMap, right: ValueMap, meter: Meter): boolean {
  const keys = Object.keys(left);
  meter.charge(keys.length);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) => hasKey(left, key) && hasKey(right, key) && equal(field(left, key), field(right, key), meter),
    )
  );
}

/** Equal across int and double; NaN equals nothing. */
export function sameNumber(left: number | bigint, right: number | bigint): boolean {
  return left <= right && left >= right;
}

export function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A name out of data, short enough for an error message. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
