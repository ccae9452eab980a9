import { z } from 'zod';
import type { Json } from '../../../contracts/json.ts';

const node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

const deepest = 8;

/** The plainest value that a JSON Schema without bounds allows. */
export function exampleOf(schema: unknown, depth = 0): Json {
  const parsed = node.safeParse(schema);
  if (!parsed.success || depth > deepest) return null;
  const { type, enum: choices, const: only, properties, items, anyOf } = parsed.data;
  if (only !== undefined) return only;
  if (choices?.[0] !== undefined) return choices[0];
  if (anyOf) return exampleOf(anyOf[0], depth + 1);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return 'demo';
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return items === undefined ? [] : [exampleOf(items, depth + 1)];
    default:
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, value]) => [name, exampleOf(value, depth + 1)]),
      );
  }
}
