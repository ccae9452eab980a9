/**
 * JSON Schema (2020-12) for values that come from outside, by schemas that users wrote: bounded in size, depth and work,
 * with regular expressions that cannot be made slow. What would ask for something and is not supported is refused, never
 * passed over. zod's own reading of JSON Schema ignores keywords without a `type`, and matches by backtracking.
 */
import type { Json } from '../../contracts/json.ts';
import { WorkExhausted } from '../cel/failure.ts';
import { Meter } from '../cel/meter.ts';
import { isJsonObject } from '../json-object.ts';
import { type Check, type Compiler, flaw, type Place, type SchemaFlaw } from './check.ts';
import { combiningKeywords } from './combined.ts';
import { listKeywords } from './lists.ts';
import { objectKeywords } from './objects.ts';
import { scalarKeywords } from './scalars.ts';

export type { SchemaFlaw } from './check.ts';

const limits = {
  /** Schemas within one schema. */
  schemas: 1_000,
  /** Schemas within schemas on the way to a value. */
  depth: 100,
  /** Units of work of one check, some tens of milliseconds. */
  work: 500_000,
  flaws: 20,
} as const;

const keywords = { ...scalarKeywords, ...listKeywords, ...objectKeywords, ...combiningKeywords };
/** They ask for something that is not looked at here. */
const unsupported = [
  '$dynamicRef',
  '$recursiveRef',
  'dependencies',
  'dependentSchemas',
  'additionalItems',
  'unevaluatedItems',
  'unevaluatedProperties',
];

/** Thrown for a schema that cannot be used, with all the reasons. */
export class JsonSchemaInvalid extends Error {
  override name = 'JsonSchemaInvalid';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join('; '));
    this.reasons = reasons;
  }
}

export class JsonSchema {
  readonly #check: Check;

  /** Throws `JsonSchemaInvalid`. */
  constructor(schema: Json) {
    const compilation = new Compilation(schema);
    this.#check = compilation.schema(schema);
    compilation.finish();
  }

  /** What is wrong with a value, at most twenty things; empty when nothing is. */
  flawsOf(value: Json): SchemaFlaw[] {
    const place: Place = { path: '', depth: 0, meter: new Meter(limits.work), flaws: [] };
    try {
      this.#check(value, place);
    } catch (error) {
      if (!(error instanceof WorkExhausted)) throw error;
      flaw(place, 'is too large to be checked');
    }
    return place.flaws.slice(0, limits.flaws);
  }
}

class Compilation implements Compiler {
  readonly #root: Json;
  readonly #references = new Map<string, Check>();
  readonly #reasons = new Set<string>();
  #count = 0;

  constructor(root: Json) {
    this.#root = root;
  }

  schema(schema: Json | undefined): Check {
    this.#count += 1;
    if (this.#count > limits.schemas) {
      this.refuse(`it has more than ${limits.schemas} parts`);
      return () => undefined;
    }
    if (schema === true) return () => undefined;
    if (schema === false) return (_, place) => flaw(place, 'is not allowed here');
    if (isJsonObject(schema)) return this.#object(schema);
    this.refuse('a schema has to be an object, true or false');
    return () => undefined;
  }

  refuse(message: string): void {
    this.#reasons.add(message);
  }

  finish(): void {
    if (this.#reasons.size > 0) throw new JsonSchemaInvalid([...this.#reasons].slice(0, limits.flaws));
  }

  #object(schema: { [keyword: string]: Json }): Check {
    const checks: Check[] = [];
    for (const [name, operand] of Object.entries(schema)) {
      if (unsupported.includes(name)) this.refuse(`${name} is not supported`);
      if (name === '$ref') checks.push(this.#reference(operand));
      const check = Object.hasOwn(keywords, name) ? keywords[name]?.(operand, this, schema) : undefined;
      if (check) checks.push(check);
    }
    return (value, place) => {
      place.meter.charge(1 + checks.length);
      if (place.depth >= limits.depth || place.flaws.length >= limits.flaws) {
        if (place.depth >= limits.depth) flaw(place, 'is nested too deeply');
        return;
      }
      const within = { ...place, depth: place.depth + 1 };
      for (const check of checks) check(value, within);
    };
  }

  /** `#`, `#/$defs/<name>` and `#/definitions/<name>`; made when it is first met, so that schemas may hold themselves. */
  #reference(reference: Json): Check {
    const key = String(reference);
    if (!this.#references.has(key)) {
      const target = this.#target(key);
      if (target === undefined) {
        this.refuse(
          `$ref ${key.slice(0, 80)}: only # and #/$defs/<name> of the same schema can be referred to`,
        );
        return () => undefined;
      }
      let made: Check = () => undefined;
      this.#references.set(key, (value, place) => made(value, place));
      made = this.schema(target);
    }
    return this.#references.get(key) ?? (() => undefined);
  }

  #target(reference: string): Json | undefined {
    if (reference === '#') return this.#root;
    const [, group, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
    const definitions = isJsonObject(this.#root) && group ? this.#root[group] : undefined;
    const key = name?.replaceAll('~1', '/').replaceAll('~0', '~') ?? '';
    return isJsonObject(definitions) && Object.hasOwn(definitions, key) ? definitions[key] : undefined;
  }
}
