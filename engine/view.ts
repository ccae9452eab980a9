import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState, ItemState, NodeState } from '../contracts/flow-state.ts';
import type { RunNode } from '../contracts/run.ts';

/** A run's nodes as they are shown, in the plan's order; all pending before the flow has started. */
export function view(plan: FlowPlan, state: FlowState | null): RunNode[] {
  return plan.nodes.map(({ id, kind }) => {
    const node: NodeState = state?.nodes[id] ?? { status: 'pending', attempts: 0 };
    return {
      id,
      kind,
      status: node.status,
      attempts: node.attempts,
      startedAt: isoTime(node.startedAt),
      finishedAt: isoTime(node.finishedAt),
      output: node.output ?? null,
      error: node.error ?? null,
      ...(node.usage && { usage: node.usage }),
      ...(node.items && { items: countOf(node.items) }),
    };
  });
}

/** How many items are in each state. */
function countOf(items: readonly ItemState[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of items) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
