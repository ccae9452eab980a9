import type { FlowState } from '../contracts/flow-state.ts';
import type { ProgramEdge } from './program.ts';

/**
 * Where only a part of a flow is done: edges out of the part are dead, edges into it fire whatever the nodes before it
 * would have said. Undefined for an edge that decides as always.
 */
export function firesInPart({ only, presets }: FlowState, { plan }: ProgramEdge): boolean | undefined {
  if (!only) return undefined;
  if (!only.includes(plan.to) && !Object.hasOwn(presets ?? {}, plan.to)) return false;
  return only.includes(plan.from) ? undefined : true;
}
