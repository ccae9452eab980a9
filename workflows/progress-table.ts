import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState, NodeStatus } from '../contracts/flow-state.ts';

const marks: Record<NodeStatus, string> = {
  pending: '·',
  running: '…',
  waiting: '⏸',
  succeeded: '✓',
  failed: '✗',
  skipped: '–',
  cancelled: '⊘',
};

/** A run's nodes as a Markdown table, for the workflow's current details in Temporal's UI. */
export function progressTable(plan: FlowPlan, state: FlowState): string {
  const rows = plan.nodes.map(({ id, kind }) => {
    const node = state.nodes[id];
    const status = node?.status ?? 'pending';
    const done = node?.items?.filter((item) => item.status === 'succeeded').length;
    const items = node?.items ? ` ${done}/${node.items.length}` : '';
    return `| ${marks[status]} | ${id} | ${kind} | ${status}${items} | ${node?.error?.type ?? ''} |`;
  });
  return ['| | node | kind | status | error |', '|---|---|---|---|---|', ...rows].join('\n');
}
