import { isRecord } from './secret-paths.ts';
import type { SettingSource } from './settings.ts';

/** Every leaf of a value by its dotted path. Lists of plain values are leaves. */
export function* leaves(value: unknown, path: string): Generator<[path: string, value: unknown]> {
  const children = Array.isArray(value) && value.some(isRecord) ? value.entries() : entriesOf(value);
  let isLeaf = true;
  for (const [key, item] of children) {
    isLeaf = false;
    yield* leaves(item, path === '' ? `${key}` : `${path}.${key}`);
  }
  if (isLeaf && value !== undefined) yield [path, value];
}

/** Tells for each leaf of a parsed value whether the document it was parsed from says it. */
export function addSources(
  parsed: unknown,
  written: unknown,
  path: string,
  sources: Map<string, SettingSource>,
): void {
  const inFile = new Set([...leaves(written, path)].map(([leaf]) => leaf));
  for (const [leaf] of leaves(parsed, path)) sources.set(leaf, inFile.has(leaf) ? 'file' : 'default');
}

function entriesOf(value: unknown): Iterable<[string | number, unknown]> {
  return isRecord(value) ? Object.entries(value) : [];
}
