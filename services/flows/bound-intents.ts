import type { FlowPlan, Json, PlanNode } from '../../contracts/index.ts';
import type { BoundIntents } from './bindings.ts';

/** As many as an intent node takes. */
const maximumIntents = 30;

/**
 * A plan whose intent nodes know the bound intents as well, after their own: a name that a node has itself stays its
 * own. The plan itself is shared, and left as it is.
 */
export function withBoundIntents(plan: FlowPlan, bound: BoundIntents | undefined): FlowPlan {
  if (!bound) return plan;
  const flows: Record<string, string> = {};
  const nodes = plan.nodes.map((node): PlanNode => {
    if (node.kind !== 'intent') return node;
    const own = Array.isArray(node.config.intents) ? node.config.intents : [];
    const taken = new Set(own.map(nameOf));
    const added = bound.intents
      .filter(({ name }) => !taken.has(name))
      .slice(0, Math.max(0, maximumIntents - own.length));
    for (const { name, flow } of added) flows[name] = flow;
    const offered = added.map(({ flow: _, examples, ...intent }) => ({
      ...intent,
      ...(examples ? { examples } : {}),
    }));
    return { ...node, config: { ...node.config, intents: [...own, ...offered] } };
  });
  return { ...plan, nodes, boundIntents: { fingerprint: bound.fingerprint, flows } };
}

function nameOf(intent: Json): Json {
  return typeof intent === 'object' && intent !== null && !Array.isArray(intent)
    ? (intent.name ?? null)
    : null;
}
