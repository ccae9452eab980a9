import { isWanted } from './part.ts';
import type { ProgramNode } from './program.ts';
import type { Transition } from './transition.ts';

/** What a node's incoming edges say of it by now. `tooFew`: the edges that it needs cannot all fire any more. */
export type Readiness = 'open' | 'begins' | 'skipped' | 'tooFew';

/** A node begins when its edges are decided and one has fired; one with a quorum, as soon as so many have. */
export function readiness(step: Transition, { plan, incoming, quorum }: ProgramNode): Readiness {
  const edges = incoming.map((edge) => step.edgeAt(edge.index));
  const fired = edges.filter((edge) => edge === 'fired').length;
  const open = edges.filter((edge) => edge === undefined).length;
  if (quorum === undefined || !isWanted(step.state, plan.id)) {
    if (open > 0) return 'open';
    return fired > 0 ? 'begins' : 'skipped';
  }
  if (fired >= quorum) return 'begins';
  // Branches that were never taken are no failure: what joins them is skipped with them.
  const taken = incoming.some(
    (edge, at) => edges[at] !== undefined && step.node(edge.plan.from).status !== 'skipped',
  );
  if (taken) return fired + open < quorum ? 'tooFew' : 'open';
  return open > 0 ? 'open' : 'skipped';
}
