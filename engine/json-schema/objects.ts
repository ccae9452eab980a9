import type { Json, JsonObject } from '../../contracts/json.ts';
import { isJsonObject } from '../json-object.ts';
import {
  below,
  type Check,
  type Compiler,
  flaw,
  type Keyword,
  numberOf,
  type Place,
  passes,
} from './check.ts';
import { patternOf } from './scalars.ts';

export const objectKeywords: Record<string, Keyword> = {
  properties: (operand, compiler) => {
    const checks = [...namedSchemas(operand, compiler, 'properties')];
    return onObject((value, place) => {
      for (const [name, check] of checks) {
        if (Object.hasOwn(value, name)) check(value[name] ?? null, below(place, name));
      }
    });
  },
  patternProperties: (operand, compiler) => {
    const checks = [...namedSchemas(operand, compiler, 'patternProperties')].flatMap(([source, check]) => {
      const pattern = patternOf(source, compiler);
      return pattern ? [{ pattern, check }] : [];
    });
    return onObject((value, place) => {
      for (const [name, entry] of Object.entries(value)) {
        for (const { pattern, check } of checks) {
          if (pattern.test(name, place.meter)) check(entry, below(place, name));
        }
      }
    });
  },
  additionalProperties: (operand, compiler, { properties, patternProperties }) => {
    const check = compiler.schema(operand);
    const known = new Set(isJsonObject(properties) ? Object.keys(properties) : []);
    const patterns = Object.keys(isJsonObject(patternProperties) ? patternProperties : {}).flatMap(
      (source) => patternOf(source, compiler) ?? [],
    );
    return onObject((value, place) => {
      for (const [name, entry] of Object.entries(value)) {
        if (known.has(name) || patterns.some((pattern) => pattern.test(name, place.meter))) continue;
        if (operand === false) flaw(below(place, name), 'is not known here');
        else check(entry, below(place, name));
      }
    });
  },
  propertyNames: (operand, compiler) => {
    const check = compiler.schema(operand);
    return onObject((value, place) => {
      for (const name of Object.keys(value)) {
        if (!passes(check, name, place)) flaw(below(place, name), 'has a name that is not allowed');
      }
    });
  },
  required: (operand, compiler) => {
    const names = namesOf(operand, compiler, 'required');
    return onObject((value, place) => needAll(value, names, place));
  },
  dependentRequired: (operand, compiler) => {
    if (!isJsonObject(operand)) {
      compiler.refuse('dependentRequired has to be an object');
      return undefined;
    }
    const entries = Object.entries(operand).map(([name, list]) => ({
      name,
      names: namesOf(list, compiler, 'dependentRequired'),
    }));
    return onObject((value, place) => {
      for (const { name, names } of entries) if (Object.hasOwn(value, name)) needAll(value, names, place);
    });
  },
  minProperties: counted('minProperties', 'at least', (count, limit) => count >= limit),
  maxProperties: counted('maxProperties', 'at most', (count, limit) => count <= limit),
};

function needAll(value: JsonObject, names: readonly string[], place: Place): void {
  for (const name of names) if (!Object.hasOwn(value, name)) flaw(below(place, name), 'is missing');
}

function* namedSchemas(operand: Json, compiler: Compiler, keyword: string): Generator<[string, Check]> {
  if (!isJsonObject(operand)) {
    compiler.refuse(`${keyword} has to be an object of schemas`);
    return;
  }
  for (const [name, schema] of Object.entries(operand)) yield [name, compiler.schema(schema)];
}

function namesOf(operand: Json | undefined, compiler: Compiler, keyword: string): string[] {
  const names = Array.isArray(operand) ? operand.filter((name) => typeof name === 'string') : undefined;
  if (names && names.length === (Array.isArray(operand) ? operand.length : -1)) return names;
  compiler.refuse(`${keyword} has to be a list of names`);
  return [];
}

function onObject(check: (value: JsonObject, place: Place) => void): Check {
  return (value, place) => {
    if (!isJsonObject(value)) return;
    place.meter.charge(Object.keys(value).length);
    check(value, place);
  };
}

function counted(keyword: string, words: string, holds: (count: number, limit: number) => boolean): Keyword {
  return (operand, compiler) => {
    const limit = numberOf(operand, compiler, keyword);
    if (limit === undefined) return undefined;
    return onObject((value, place) => {
      if (!holds(Object.keys(value).length, limit)) flaw(place, `has to have ${words} ${limit} fields`);
    });
  };
}
