import type { Json } from '../../contracts/json.ts';
import { isSameJson } from '../same-json.ts';
import { below, type Check, type Compiler, flaw, type Keyword, numberOf, passes } from './check.ts';

export const listKeywords: Record<string, Keyword> = {
  prefixItems: (operand, compiler) => {
    const checks = eachOf(operand, compiler, 'prefixItems');
    return onList((items, place) => {
      for (const [index, check] of checks.entries()) {
        const item = items[index];
        if (item !== undefined) check(item, below(place, index));
      }
    });
  },
  items: (operand, compiler, { prefixItems }) => {
    const check = compiler.schema(operand);
    const first = Array.isArray(prefixItems) ? prefixItems.length : 0;
    return onList((items, place) => {
      for (let index = first; index < items.length; index += 1)
        check(items[index] ?? null, below(place, index));
    });
  },
  minItems: counted('minItems', 'at least', (count, limit) => count >= limit),
  maxItems: counted('maxItems', 'at most', (count, limit) => count <= limit),
  uniqueItems: (operand) =>
    onList((items, place) => {
      if (operand !== true) return;
      place.meter.charge((items.length * items.length) / 2);
      if (items.some((item, at) => items.some((other, to) => to < at && isSameJson(item, other)))) {
        flaw(place, 'has the same item twice');
      }
    }),
  contains: (operand, compiler, { minContains = 1, maxContains }) => {
    const check = compiler.schema(operand);
    const least = numberOf(minContains, compiler, 'minContains') ?? 1;
    const most = maxContains === undefined ? undefined : numberOf(maxContains, compiler, 'maxContains');
    return onList((items, place) => {
      const found = items.filter((item) => passes(check, item, place)).length;
      if (found < least) flaw(place, `has to contain at least ${least} such item`);
      if (most !== undefined && found > most) flaw(place, `may contain at most ${most} such items`);
    });
  },
};

/** The checks of a list of schemas. */
export function eachOf(operand: Json, compiler: Compiler, keyword: string): Check[] {
  if (Array.isArray(operand)) return operand.map((schema) => compiler.schema(schema));
  compiler.refuse(`${keyword} has to be a list of schemas`);
  return [];
}

function onList(check: (items: Json[], place: Parameters<Check>[1]) => void): Check {
  return (value, place) => {
    if (Array.isArray(value)) check(value, place);
  };
}

function counted(keyword: string, words: string, holds: (count: number, limit: number) => boolean): Keyword {
  return (operand, compiler) => {
    const limit = numberOf(operand, compiler, keyword);
    if (limit === undefined) return undefined;
    return onList((items, place) => {
      if (!holds(items.length, limit)) flaw(place, `has to have ${words} ${limit} items`);
    });
  };
}
