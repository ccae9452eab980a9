import type { Json } from '../../contracts/json.ts';
import type { Meter } from '../cel/meter.ts';

/** One thing wrong with a value; `path` such as `orders[0].price`, empty for the value itself. */
export interface SchemaFlaw {
  path: string;
  message: string;
}

/** Where a check looks, and where it says what is wrong. */
export interface Place {
  path: string;
  /** Schemas within schemas so far. */
  depth: number;
  meter: Meter;
  flaws: SchemaFlaw[];
}

/** What one keyword, or a whole schema, asks of a value. Throws `WorkExhausted`. */
export type Check = (value: Json, place: Place) => void;

/** What a keyword may make of its operand. */
export interface Compiler {
  schema(schema: Json | undefined): Check;
  /** Notes that the schema cannot be used, and why. */
  refuse(message: string): void;
}

/** Makes the check of a keyword; `undefined` where it asks for nothing, or cannot be understood. */
export type Keyword = (
  operand: Json,
  compiler: Compiler,
  schema: { readonly [keyword: string]: Json },
) => Check | undefined;

export function flaw({ path, flaws }: Place, message: string): void {
  flaws.push({ path, message });
}

export function below(place: Place, name: string | number): Place {
  const path =
    typeof name === 'number' ? `${place.path}[${name}]` : place.path ? `${place.path}.${name}` : name;
  return { ...place, path };
}

/** Whether a value passes, saying nothing of why not. */
export function passes(check: Check, value: Json, place: Place): boolean {
  const flaws: SchemaFlaw[] = [];
  check(value, { ...place, flaws });
  return flaws.length === 0;
}

/** The operand as a count or bound; refuses anything else. */
export function numberOf(operand: Json, compiler: Compiler, keyword: string): number | undefined {
  if (typeof operand === 'number') return operand;
  compiler.refuse(`${keyword} has to be a number`);
  return undefined;
}
