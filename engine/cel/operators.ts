import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';
import { durationOf, timestampAt } from './time.ts';
import {
  Duration,
  equal,
  hasKey,
  isMap,
  isNumeric,
  sameNumber,
  Timestamp,
  typeOf,
  type Value,
} from './values.ts';

/** A binary operator on values. */
export type Operator = (left: Value, right: Value, meter: Meter) => Value;

const int64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };

/** An int in CEL's 64 bits. */
export function toInt(value: bigint): bigint {
  if (value < int64.least || value > int64.greatest) throw new ExpressionFailure('integer overflow');
  return value;
}

function noOverload(left: Value, operator: string, right: Value): ExpressionFailure {
  return new ExpressionFailure(`no such operation: ${typeOf(left)} ${operator} ${typeOf(right)}`);
}

function arithmetic(
  operator: string,
  ints: (left: bigint, right: bigint) => bigint,
  doubles: (left: number, right: number) => number,
): Operator {
  return (left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') return toInt(ints(left, right));
    if (isNumeric(left) && isNumeric(right)) return doubles(Number(left), Number(right));
    throw noOverload(left, operator, right);
  };
}

const addNumbers = arithmetic(
  '+',
  (left, right) => left + right,
  (left, right) => left + right,
);

const subtractNumbers = arithmetic(
  '-',
  (left, right) => left - right,
  (left, right) => left - right,
);

function add(left: Value, right: Value, meter: Meter): Value {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.chargeText(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    meter.charge(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Timestamp && right instanceof Duration) return shift(left, right.ms);
  if (left instanceof Duration && right instanceof Timestamp) return shift(right, left.ms);
  if (left instanceof Duration && right instanceof Duration) return durationOf(left.ms + right.ms);
  return addNumbers(left, right, meter);
}

function subtract(left: Value, right: Value, meter: Meter): Value {
  if (left instanceof Timestamp && right instanceof Timestamp) return durationOf(left.ms - right.ms);
  if (left instanceof Timestamp && right instanceof Duration) return shift(left, -right.ms);
  if (left instanceof Duration && right instanceof Duration) return durationOf(left.ms - right.ms);
  return subtractNumbers(left, right, meter);
}

function shift(time: Timestamp, ms: number): Timestamp {
  return timestampAt(time.ms + ms, 'the result is outside the years 1 to 9999');
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new ExpressionFailure('division by zero');
  return value;
}

/** Negative, zero or positive, as `left` is before, at or after `right`; NaN when they have no order. */
function compare(left: Value, right: Value, operator: string, meter: Meter): number {
  if (isNumeric(left) && isNumeric(right)) {
    if (left < right) return -1;
    if (left > right) return 1;
    return sameNumber(left, right) ? 0 : Number.NaN;
  }
  if (typeof left === 'string' && typeof right === 'string') {
    meter.chargeText(Math.min(left.length, right.length));
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof Timestamp && right instanceof Timestamp) return left.ms - right.ms;
  if (left instanceof Duration && right instanceof Duration) return left.ms - right.ms;
  throw noOverload(left, operator, right);
}

function contains(value: Value, collection: Value, meter: Meter): boolean {
  if (Array.isArray(collection)) return collection.some((entry) => equal(value, entry, meter));
  if (isMap(collection)) return typeof value === 'string' && hasKey(collection, value);
  throw noOverload(value, 'in', collection);
}

/** CEL's binary operators, but `&&` and `||`. */
export const operators = {
  '==': equal,
  '!=': (left, right, meter) => !equal(left, right, meter),
  '<': (left, right, meter) => compare(left, right, '<', meter) < 0,
  '<=': (left, right, meter) => compare(left, right, '<=', meter) <= 0,
  '>': (left, right, meter) => compare(left, right, '>', meter) > 0,
  '>=': (left, right, meter) => compare(left, right, '>=', meter) >= 0,
  in: contains,
  '+': add,
  '-': subtract,
  '*': arithmetic(
    '*',
    (left, right) => left * right,
    (left, right) => left * right,
  ),
  '/': arithmetic(
    '/',
    (left, right) => left / nonZero(right),
    (left, right) => left / right,
  ),
  '%': arithmetic(
    '%',
    (left, right) => left % nonZero(right),
    (left, right) => left % right,
  ),
} satisfies Record<string, Operator>;

/** `-value`. */
export function negate(value: Value): Value {
  if (typeof value === 'bigint') return toInt(-value);
  if (typeof value === 'number') return -value;
  if (value instanceof Duration) return durationOf(-value.ms);
  throw new ExpressionFailure(`no such operation: -${typeOf(value)}`);
}

/** A value that has to be a boolean. */
export function asBoolean(value: Value, what: string): boolean {
  if (typeof value !== 'boolean')
    throw new ExpressionFailure(`${what} must be true or false, not ${typeOf(value)}`);
  return value;
}
