import { z } from 'zod';
import type { Json, JsonObject } from '../../contracts/json.ts';

/**
 * Keywords that are left to our own check: endpoints that compile schemas to grammars choke on long bounds and patterns,
 * and others refuse keywords they do not know.
 */
const ownCheck = new Set([
  '$schema',
  'maxLength',
  'minLength',
  'pattern',
  'format',
  'maxItems',
  'propertyNames',
]);

const known = new WeakMap<z.ZodType, JsonObject>();

/** A zod schema as JSON Schema for the wire, made once per schema. */
export function wireSchemaOf(schema: z.ZodType): JsonObject {
  const made = known.get(schema);
  if (made) return made;
  const wire = wireSchema(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  known.set(schema, wire);
  return wire;
}

/** A JSON Schema without what endpoints may refuse. */
export function wireSchema(schema: object): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(schema));
  return strip(plain, false);
}

/** Names under `properties` and `$defs` are data, not keywords. */
function strip(schema: JsonObject, names: boolean): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!names && ownCheck.has(key)) continue;
    out[key] = stripValue(value, !names && (key === 'properties' || key === '$defs'));
  }
  return out;
}

function stripValue(value: Json, names: boolean): Json {
  if (Array.isArray(value)) return value.map((entry) => stripValue(entry, false));
  return value !== null && typeof value === 'object' ? strip(value, names) : value;
}
