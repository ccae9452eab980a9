import type { List, RootContent } from 'mdast';
import { contentOf, type LeafContent } from './leaf-content.ts';
import type { Document } from './parse.ts';

/** What a block is in. Before an item's first line stands its `mark`, before the others as many blanks. */
export type Container =
  | { kind: 'quote' }
  | { kind: 'item'; list: List; mark: string; box: string; isTight: boolean };

/** A block that has no blocks in it. */
export interface Leaf extends LeafContent {
  path: readonly Container[];
  /** The items that begin with it. */
  begins: ReadonlySet<Container>;
}

/** The leaves of a document in order. */
export function leavesOf(document: Document): Leaf[] {
  const leaves: Leaf[] = [];
  let begun = new Set<Container>();

  function walk(node: RootContent, source: string, path: readonly Container[]): void {
    if (node.type === 'list') {
      walkList(node, source, path);
      return;
    }
    if (node.type === 'blockquote') {
      const inner: Container[] = [...path, { kind: 'quote' }];
      for (const child of node.children) walk(child, source, inner);
      return;
    }
    const content = contentOf(node, source);
    if (!content) return;
    leaves.push({ path, begins: begun, ...content });
    begun = new Set();
  }

  function walkList(list: List, source: string, path: readonly Container[]): void {
    const isTight = list.spread !== true && list.children.every(({ spread }) => spread !== true);
    for (const [index, item] of list.children.entries()) {
      const { start, end } = item.position ?? {};
      const mark = markOf(source.slice(start?.offset ?? 0, end?.offset ?? 0), list, index);
      const box = typeof item.checked === 'boolean' ? `[${item.checked ? 'x' : ' '}] ` : '';
      const container: Container = { kind: 'item', list, mark, box, isTight };
      begun.add(container);
      for (const child of item.children) walk(child, source, [...path, container]);
      begun.delete(container);
    }
  }

  for (const { node, source } of document) walk(node, source, []);
  return leaves;
}

function markOf(item: string, { start }: List, index: number): string {
  const [, bullet = '-', delimiter] = /^(?:([-+*])|\d{1,9}([.)]))/.exec(item) ?? [];
  return delimiter ? `${Math.min((start ?? 1) + index, 999_999_999)}${delimiter} ` : `${bullet} `;
}
