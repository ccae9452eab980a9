import type { Json } from '../contracts/json.ts';
import { isJsonObject } from './json-object.ts';

/** For each item, by index, the items that its `dependsOn` names by `id`. Ids that no item has are left out. */
export function dependenciesOf(items: readonly Json[]): number[][] {
  const indexes = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const id = isJsonObject(item) ? item.id : undefined;
    if (typeof id === 'string' && !indexes.has(id)) indexes.set(id, index);
  }
  return items.map((item) => {
    const dependsOn = isJsonObject(item) ? item.dependsOn : undefined;
    if (!Array.isArray(dependsOn)) return [];
    return dependsOn.flatMap((id) => {
      const index = typeof id === 'string' ? indexes.get(id) : undefined;
      return index === undefined ? [] : [index];
    });
  });
}

/** The items that no order can bring behind all they depend on: those in a cycle, and those that wait for one. */
export function unorderable(dependencies: readonly number[][]): number[] {
  const dependents: number[][] = dependencies.map(() => []);
  const open = dependencies.map((list) => list.length);
  for (const [index, list] of dependencies.entries())
    for (const dependency of list) dependents[dependency]?.push(index);
  const ordered = open.flatMap((count, index) => (count === 0 ? [index] : []));
  // Grows while it is gone through.
  for (const index of ordered) {
    for (const dependent of dependents[index] ?? []) {
      const left = (open[dependent] ?? 0) - 1;
      open[dependent] = left;
      if (left === 0) ordered.push(dependent);
    }
  }
  return open.flatMap((count, index) => (count > 0 ? [index] : []));
}
