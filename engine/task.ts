import type { TaskId } from '../contracts/flow-state.ts';

/** The task of one item of a fan-out. */
export function itemTask(node: string, item: number): TaskId {
  return `${node}[${item}]`;
}

/** The node of a task, and which item of it; undefined for what is no task id. */
export function parseTask(task: TaskId): { node: string; item?: number } | undefined {
  const match = /^(\w+)(?:\[(\d{1,9})\])?$/.exec(task);
  if (!match?.[1]) return undefined;
  return match[2] === undefined ? { node: match[1] } : { node: match[1], item: Number(match[2]) };
}
