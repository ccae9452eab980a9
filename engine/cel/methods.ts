import { type Call, sizeOf } from './conversions.ts';
import { ExpressionFailure } from './failure.ts';
import { dateAt, timestampFields } from './time.ts';
import { Duration, isNumeric, Timestamp, typeOf, type Value } from './values.ts';

/** A method: how many arguments it takes beside its receiver, and what it does. */
export interface Method {
  least: number;
  most: number;
  call: Call;
}

function text(value: Value | undefined, method: string): string {
  if (typeof value !== 'string')
    throw new ExpressionFailure(`${method}() works on strings, not on ${typeOf(value ?? null)}`);
  return value;
}

function position(value: Value | undefined, length: number, method: string): number {
  const index = value !== undefined && isNumeric(value) ? Number(value) : Number.NaN;
  if (!Number.isInteger(index) || index < 0 || index > length)
    throw new ExpressionFailure(`${method}(): no such position in a string of ${length}`);
  return index;
}

/** A method of a string and, maybe, of a second one. */
function onText(arguments_: number, apply: (text: string, other: string) => Value, name: string): Method {
  return {
    least: arguments_,
    most: arguments_,
    call: ([receiver, argument = ''], meter) => {
      const subject = text(receiver, name);
      const other = text(argument, name);
      meter.chargeText(subject.length + other.length);
      return apply(subject, other);
    },
  };
}

/** A search may look at each character as often as the sought text is long. */
function searchWork(subject: string, sought: string): number {
  return 1 + (subject.length / 64) * (1 + sought.length / 64);
}

function search(
  name: string,
  find: (text: string, sought: string, from: number | undefined) => number,
): Method {
  return {
    least: 1,
    most: 2,
    call: ([receiver, argument, from], meter) => {
      const subject = text(receiver, name);
      const sought = text(argument, name);
      meter.charge(searchWork(subject, sought));
      return BigInt(find(subject, sought, from === undefined ? from : position(from, subject.length, name)));
    },
  };
}

const contains: Call = ([receiver, argument], meter) => {
  const subject = text(receiver, 'contains');
  const sought = text(argument, 'contains');
  meter.charge(searchWork(subject, sought));
  return subject.includes(sought);
};

const substring: Call = ([receiver, start, end], meter) => {
  const subject = text(receiver, 'substring');
  const first = position(start, subject.length, 'substring');
  const last = end === undefined ? subject.length : position(end, subject.length, 'substring');
  if (last < first) throw new ExpressionFailure('substring(): it ends before it starts');
  meter.chargeText(last - first);
  return subject.slice(first, last);
};

const split: Call = ([receiver, separator, limit], meter) => {
  const subject = text(receiver, 'split');
  meter.charge(1 + subject.length);
  const parts = subject.split(text(separator, 'split'));
  if (limit === undefined) return parts;
  const count = Number(limit);
  if (count === 0) return [];
  if (!(count > 0) || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(text(separator, 'split'))];
};

const join: Call = ([receiver, separator = ''], meter) => {
  if (!Array.isArray(receiver)) throw new ExpressionFailure('join() works on lists');
  const between = text(separator, 'join');
  let length = 0;
  for (const part of receiver) length += text(part, 'join').length + between.length;
  meter.charge(receiver.length);
  meter.chargeText(length);
  return receiver.join(between);
};

function timeMethod(name: string, get: (date: Date) => number): Method {
  return {
    least: 0,
    most: 1,
    call: ([receiver, zone = 'UTC']) => {
      if (receiver instanceof Timestamp) return BigInt(get(dateAt(receiver, text(zone, name))));
      if (receiver instanceof Duration) return BigInt(Math.trunc(receiver.ms / durationUnit(name)));
      throw new ExpressionFailure(`${name}() works on times, not on ${typeOf(receiver ?? null)}`);
    },
  };
}

function durationUnit(name: string): number {
  if (name === 'getHours') return 3_600_000;
  if (name === 'getMinutes') return 60_000;
  if (name === 'getSeconds') return 1_000;
  if (name === 'getMilliseconds') return 1;
  throw new ExpressionFailure(`a duration has no ${name}()`);
}

/** Methods by name: those of CEL's standard library and of its strings extension. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['size', { least: 0, most: 0, call: ([receiver = null], meter) => sizeOf(receiver, meter) }],
  ['startsWith', onText(1, (subject, other) => subject.startsWith(other), 'startsWith')],
  ['endsWith', onText(1, (subject, other) => subject.endsWith(other), 'endsWith')],
  ['contains', { least: 1, most: 1, call: contains }],
  ['indexOf', search('indexOf', (subject, sought, from) => subject.indexOf(sought, from))],
  ['lastIndexOf', search('lastIndexOf', (subject, sought, from) => subject.lastIndexOf(sought, from))],
  [
    'lowerAscii',
    onText(0, (subject) => subject.replace(/[A-Z]+/g, (part) => part.toLowerCase()), 'lowerAscii'),
  ],
  [
    'upperAscii',
    onText(0, (subject) => subject.replace(/[a-z]+/g, (part) => part.toUpperCase()), 'upperAscii'),
  ],
  ['trim', onText(0, (subject) => subject.trim(), 'trim')],
  ['substring', { least: 1, most: 2, call: substring }],
  ['split', { least: 1, most: 2, call: split }],
  ['join', { least: 0, most: 1, call: join }],
  ...Object.entries(timestampFields).map(([name, get]): [string, Method] => [name, timeMethod(name, get)]),
]);
