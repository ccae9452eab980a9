import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import { stepMeter } from './expression.ts';
import { reissueItems } from './fan-out.ts';
import { nodeCommand } from './issue.ts';
import type { Program } from './program.ts';
import { standingOf } from './standing.ts';
import { tasksUnderWay } from './transition.ts';

/**
 * The commands of everything under way, as they were first issued: for where the state moved to. In the plan's order.
 * Throws `ExpressionFailure` or `NodeFailure` when the program is not the one that the state comes from.
 */
export function reissue(program: Program, state: FlowState): ExecuteCommand[] {
  if (state.status !== 'running') return [];
  const standing = standingOf(state);
  return [...program.nodes.values()].flatMap((node) => {
    const current = standing.find(node.plan.id);
    if (!current || tasksUnderWay(node, current).length === 0) return [];
    if (node.fanOut) return reissueItems(node, standing);
    return [nodeCommand(node, standing, current.startedAt ?? state.startedAt, stepMeter())];
  });
}
