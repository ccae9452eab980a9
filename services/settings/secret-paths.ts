import { z } from 'zod';
import { secretSource } from '../../contracts/index.ts';

export type Path = readonly (string | number)[];

/**
 * Finds every place in a document where the schema expects a secret, so that a new channel's secrets are resolved
 * and masked without being listed anywhere. The document need not be valid: what does not fit the schema is passed over.
 */
export function* secretPaths(schema: z.core.$ZodType, value: unknown, path: Path = []): Generator<Path> {
  if (value === undefined) return;
  if (schema === secretSource) {
    yield path;
  } else if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  ) {
    yield* secretPaths(schema.unwrap(), value, path);
  } else if (schema instanceof z.ZodDiscriminatedUnion) {
    for (const option of schema.options) {
      if (isRecord(value) && option instanceof z.ZodObject && matches(option, value)) {
        yield* secretPaths(option, value, path);
      }
    }
  } else if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* secretPaths(schema.element, item, [...path, index]);
  } else if (schema instanceof z.ZodObject && isRecord(value)) {
    for (const [key, property] of Object.entries(schema.shape)) {
      if (Object.hasOwn(value, key)) yield* secretPaths(property, value[key], [...path, key]);
    }
  } else if (schema instanceof z.ZodRecord && isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield* secretPaths(schema.valueType, item, [...path, key]);
    }
  }
}

function matches(option: z.ZodObject, value: Record<string, unknown>): boolean {
  const { kind } = option.shape;
  return kind instanceof z.ZodLiteral && kind.safeParse(value.kind).success;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
