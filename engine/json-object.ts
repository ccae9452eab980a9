import type { Json, JsonObject } from '../contracts/json.ts';

/** Narrows to a JSON object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
