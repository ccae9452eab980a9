import type { PlanEdge, PlanNode } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { RandomFlow } from './random-flows.suite.ts';

/**
 * What the semantics of flows say of a random flow whose errors are all handled, worked out without the engine:
 * no events, no order, each node once in the order of the plan, which in random flows is a topological one.
 */
export function expectedStatuses({ plan, trigger, ends }: RandomFlow): Record<string, string> | 'fails' {
  const statuses: Record<string, string> = {};
  const fired = new Set<PlanEdge>();
  for (const node of plan.nodes) {
    const incoming = plan.edges.filter(({ to }) => to === node.id);
    const outgoing = plan.edges.filter(({ from }) => from === node.id);
    const firing = incoming.filter((edge) => fired.has(edge)).length;
    const enough = firing >= quorumOf(node);
    const taken = incoming.some(({ from }) => statuses[from] !== 'skipped');
    const runs = incoming.length > 0 ? enough : node.id === trigger;
    const tooFew = !runs && node.traits.join && node.config.mode !== 'all' && taken;
    if (!runs && !tooFew) {
      statuses[node.id] = 'skipped';
      continue;
    }
    const { status, edges } = tooFew ? failedResult(node, outgoing) : resultOf(node, outgoing, ends);
    if (status === 'unhandled') return 'fails';
    statuses[node.id] = status;
    for (const edge of edges) fired.add(edge);
  }
  return statuses;
}

function quorumOf({ traits, config }: PlanNode): number {
  return traits.join && config.mode === 'quorum' ? Number(config.quorum) : 1;
}

interface Result {
  status: 'succeeded' | 'failed' | 'unhandled';
  edges: PlanEdge[];
}

function resultOf(node: PlanNode, outgoing: PlanEdge[], ends: RandomFlow['ends']): Result {
  const end = endOf(node, ends);
  if (end !== 'fails') {
    const leaving = outgoing.filter(({ on }) => on === 'success' || on === end.port);
    const verdicts = leaving.map((edge) =>
      verdict(edge, node.kind === 'start' || node.traits.fanOut ? {} : { flag: true }),
    );
    if (!verdicts.includes('fails'))
      return { status: 'succeeded', edges: leaving.filter((_, at) => verdicts[at] === 'fires') };
  }
  return failedResult(node, outgoing);
}

function failedResult({ onError }: PlanNode, outgoing: PlanEdge[]): Result {
  const port = onError.action === 'branch' ? 'error' : 'success';
  const output = onError.action === 'fallback' ? { flag: false } : null;
  const edges = outgoing.filter((edge) => edge.on === port && verdict(edge, output) === 'fires');
  if (onError.action === 'fail' || (onError.action === 'branch' && edges.length === 0))
    return { status: 'unhandled', edges: [] };
  return { status: onError.action === 'fallback' ? 'succeeded' : 'failed', edges };
}

/** The three conditions that random flows have: a constant, a flag of the source's output, a field it never has. */
function verdict({ when }: PlanEdge, output: { flag?: boolean } | null): 'fires' | 'dead' | 'fails' {
  if (when === undefined || when === 'true') return 'fires';
  if (when === 'false') return 'dead';
  if (when.includes('missing') || output?.flag === undefined) return 'fails';
  return output.flag ? 'fires' : 'dead';
}

function endOf(node: PlanNode, ends: RandomFlow['ends']): { port?: string | undefined } | 'fails' {
  if (node.kind === 'start' || node.traits.fanOut) return {};
  if (node.config.x !== 1) return 'fails';
  const config = { ...node.config, ...chosenPort(node) };
  if (config.cases === undefined && node.traits.cases) return 'fails';
  const command: ExecuteCommand = {
    ...node,
    config,
    type: 'execute',
    task: node.id,
    node: node.id,
    startedAt: 0,
  };
  const end = ends(command);
  return 'error' in end ? 'fails' : { port: end.port };
}

/** The first case that holds, unless one before it fails. */
function chosenPort({ config: { cases } }: PlanNode): { cases?: string | undefined } {
  if (!Array.isArray(cases)) return {};
  for (const entry of JSON.parse(JSON.stringify(cases))) {
    if (entry.when === 'true') return { cases: entry.port };
    if (entry.when !== 'false') return { cases: undefined };
  }
  return { cases: 'default' };
}
