import type { ProgramEdge } from './program.ts';
import type { BareState } from './standing.ts';

/** Whether a node is to be done, or its result is given: all are, where not only a part of the flow is done. */
export function isWanted({ only, presets = {} }: BareState, node: string): boolean {
  return !only || only.includes(node) || Object.hasOwn(presets, node);
}

/** Whether an edge leads into the part from outside: it fires, whatever the node before it would have said. */
export function entersPart({ only }: BareState, { plan }: ProgramEdge): boolean {
  return only !== undefined && !only.includes(plan.from);
}
