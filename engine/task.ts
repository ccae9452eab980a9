import type { TaskId } from '../contracts/flow-state.ts';

/** What a task is of: a node, one item of its fan-out, or a batch of items from the first to the last. */
export interface TaskParts {
  node: string;
  item?: number;
  batch?: { first: number; last: number };
}

/** The task of one item of a fan-out. */
export function itemTask(node: string, item: number): TaskId {
  return `${node}[${item}]`;
}

/** The task of a batch that has these items, in their order. */
export function batchTask(node: string, items: readonly number[]): TaskId {
  return `${node}[${items[0]}-${items.at(-1)}]`;
}

/** Undefined for what is no task id. */
export function parseTask(task: TaskId): TaskParts | undefined {
  const match = /^(\w+)(?:\[(\d{1,9})(?:-(\d{1,9}))?\])?$/.exec(task);
  if (!match?.[1]) return undefined;
  const [, node, first, last] = match;
  if (first === undefined) return { node };
  if (last === undefined) return { node, item: Number(first) };
  return { node, batch: { first: Number(first), last: Number(last) } };
}
