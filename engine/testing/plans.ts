import type { FlowPlan, NodeTraits, PlanEdge, PlanNode } from '../../contracts/flow-plan.ts';

/** A node of a plan; the id alone is enough. A kind is what its traits say, so `work` does for most. */
export function planNode(id: string, node: Partial<PlanNode> = {}): PlanNode {
  return {
    id,
    kind: 'work',
    title: id,
    config: {},
    timeoutMs: 10_000,
    retry: { maximumAttempts: 3, initialIntervalMs: 1_000, backoffCoefficient: 2, maximumIntervalMs: 10_000 },
    onError: { action: 'fail' },
    traits: {},
    ...node,
  };
}

export function triggerNode(id: string): PlanNode {
  return planNode(id, { kind: 'start', traits: { trigger: true, inline: true } });
}

export const fanOutTraits: NodeTraits = {
  fanOut: { items: 'items', do: 'do', concurrency: 'concurrency', onItemError: 'onItemError' },
};

/** An edge written as `from>to`, or `from:port>to`. */
export function edge(path: string, when?: string): PlanEdge {
  const match = /^(\w+)(?::(\w+))?>(\w+)$/.exec(path);
  if (!match?.[1] || !match[3]) throw new TypeError(`not an edge: ${path}`);
  return { from: match[1], to: match[3], on: match[2] ?? 'success', ...(when !== undefined && { when }) };
}

export function planOf(nodes: PlanNode[], edges: PlanEdge[]): FlowPlan {
  return { engineVersion: 1, flow: { id: 'test', version: 1 }, nodes, edges };
}
