import { durationPattern } from '../../contracts/duration.ts';
import type { Json } from '../../contracts/json.ts';
import { ExpressionFailure } from '../cel/failure.ts';
import { Pattern } from '../cel/pattern.ts';
import { isSameJson } from '../same-json.ts';
import { type Compiler, flaw, type Keyword, numberOf } from './check.ts';

const types = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] as const;

/** Formats that are checked, each in linear time; others say something about a text and ask nothing of it. */
const formats: Record<string, (text: string) => boolean> = {
  'date-time': (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) && isTime(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(text),
  email: (text) => text.length <= 320 && /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text),
  uri: (text) => /^[a-z][a-z\d+.-]{0,40}:\S/i.test(text) && URL.canParse(text),
  uuid: (text) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text),
  ipv4: (text) => /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/.test(text),
  duration: (text) => durationPattern.test(text) || /^P(?=[\dT])[\dYMWDTHS.]{1,40}$/.test(text),
};

export const scalarKeywords: Record<string, Keyword> = {
  type: (operand, compiler) => {
    const wanted = Array.isArray(operand) ? operand : [operand];
    if (wanted.length === 0 || !wanted.every((one) => types.some((type) => type === one))) {
      compiler.refuse(`type has to be one of ${types.join(', ')}, or a list of them`);
      return undefined;
    }
    return (value, place) => {
      if (!wanted.some((type) => isOfType(value, type))) flaw(place, `has to be ${wanted.join(' or ')}`);
    };
  },
  enum: (operand, compiler) => {
    if (!Array.isArray(operand)) {
      compiler.refuse('enum has to be a list');
      return undefined;
    }
    const named = operand.slice(0, 20).map((one) => JSON.stringify(one).slice(0, 60));
    return (value, place) => {
      place.meter.charge(operand.length);
      if (!operand.some((one) => isSameJson(one, value))) flaw(place, `has to be one of ${named.join(', ')}`);
    };
  },
  const: (operand) => (value, place) => {
    if (!isSameJson(operand, value)) flaw(place, `has to be ${JSON.stringify(operand).slice(0, 60)}`);
  },

  minimum: bound('minimum', 'at least', (value, limit) => value >= limit),
  maximum: bound('maximum', 'at most', (value, limit) => value <= limit),
  exclusiveMinimum: bound('exclusiveMinimum', 'more than', (value, limit) => value > limit),
  exclusiveMaximum: bound('exclusiveMaximum', 'less than', (value, limit) => value < limit),
  multipleOf: bound('multipleOf', 'a multiple of', (value, limit) => {
    const times = value / limit;
    // Decimal fractions have no exact form: 0.3 / 0.1 is not 3.
    return Math.abs(times - Math.round(times)) <= Math.abs(times) * 1e-12;
  }),

  minLength: ofText('minLength', (length, limit) => length >= limit, 'at least'),
  maxLength: ofText('maxLength', (length, limit) => length <= limit, 'at most'),
  pattern: (operand, compiler) => {
    const pattern = patternOf(operand, compiler);
    if (!pattern) return undefined;
    return (value, place) => {
      if (typeof value === 'string' && !pattern.test(value, place.meter))
        flaw(place, `has to match ${operand}`);
    };
  },
  format: (operand) => {
    const isOfFormat =
      typeof operand === 'string' && Object.hasOwn(formats, operand) ? formats[operand] : undefined;
    return (value, place) => {
      if (typeof value === 'string' && isOfFormat && !isOfFormat(value))
        flaw(place, `has to be a ${operand}`);
    };
  },
};

/** A regular expression in RE2's syntax, which cannot be made slow; refuses others. */
export function patternOf(source: Json, compiler: Compiler): Pattern | undefined {
  try {
    if (typeof source === 'string') return new Pattern(source);
    compiler.refuse('pattern has to be a text');
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    compiler.refuse(`pattern ${JSON.stringify(source).slice(0, 80)}: ${error.message}`);
  }
  return undefined;
}

function bound(keyword: string, words: string, holds: (value: number, limit: number) => boolean): Keyword {
  return (operand, compiler) => {
    const limit = numberOf(operand, compiler, keyword);
    if (limit === undefined) return undefined;
    return (value, place) => {
      if (typeof value === 'number' && !holds(value, limit)) flaw(place, `has to be ${words} ${limit}`);
    };
  };
}

function ofText(keyword: string, holds: (length: number, limit: number) => boolean, words: string): Keyword {
  return (operand, compiler) => {
    const limit = numberOf(operand, compiler, keyword);
    if (limit === undefined) return undefined;
    return (value, place) => {
      if (typeof value !== 'string') return;
      place.meter.chargeText(value.length);
      let length = 0;
      for (const _ of value) length += 1;
      if (!holds(length, limit)) flaw(place, `has to have ${words} ${limit} characters`);
    };
  };
}

function isOfType(value: Json, type: Json): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isTime(text: string): boolean {
  const day = text.slice(0, 10);
  const at = Date.parse(text);
  // The engine's dates roll over: the 30th of February is the 2nd of March.
  return !Number.isNaN(at) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
