import type { FlowState } from '../contracts/flow-state.ts';
import type { ProgramEdge } from './program.ts';

/** Whether a node is to be done, or its result is given: all are, where not only a part of the flow is done. */
export function isWanted({ only, presets = {} }: FlowState, node: string): boolean {
  return !only || only.includes(node) || Object.hasOwn(presets, node);
}

/** Whether an edge leads into the part from outside: it fires, whatever the node before it would have said. */
export function entersPart({ only }: FlowState, { plan }: ProgramEdge): boolean {
  return only !== undefined && !only.includes(plan.from);
}
