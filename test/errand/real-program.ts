import type { FlowDocument, FlowEdge, FlowNode } from '../../contracts/flow.ts';
import type { FlowPlan, PlanEdge, PlanNode } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { Json } from '../../contracts/json.ts';
import { plan } from '../../engine/document.ts';
import type { TaskEnd } from '../../engine/testing/driver.ts';
import type { RandomFlow } from '../../engine/testing/random-flows.suite.ts';
import { expectedStatuses } from '../../engine/testing/reference.suite.ts';

/** A random flow made of nodes that do something, and how it has to end. */
export interface RealProgram {
  plan: FlowPlan;
  trigger: string;
  statuses: Record<string, string> | 'fails';
  /** By node id, where it is known: what it may put out when it succeeds, or how many of its items end how. */
  outputs: Record<string, Json[]>;
  items: Record<string, Record<string, number>>;
}

/** What a node is made into: its output when it succeeds and is known, and how edges ask for the flag in it. */
interface Made {
  kind: string;
  config: FlowNode['config'];
  output?: Json;
  flag?: string;
  fallback?: Json;
  timeout?: string;
}

const ports: Record<string, string> = { left: 'true', right: 'false' };

/** `origin`: of the fake service; the path says what it answers. */
export function realProgram(random: RandomFlow, origin: string): RealProgram {
  const certain: RandomFlow = { ...random, ends: (command) => endOf(random, command) };
  const made = new Map(random.plan.nodes.map((node, at) => [node.id, makeNode(certain, node, at, origin)]));
  const document: FlowDocument = {
    schemaVersion: 1,
    id: 'random',
    name: { en: 'Random', zh: '随机' },
    nodes: random.plan.nodes.map((node) => flowNode(node, made.get(node.id))),
    edges: random.plan.edges.map((edge) => flowEdge(edge, made.get(edge.from))),
  };
  const fanOuts = random.plan.nodes.filter(({ traits }) => traits.fanOut);
  return {
    plan: plan(document, 1),
    trigger: random.trigger,
    statuses: expectedStatuses(certain),
    outputs: Object.fromEntries(
      [...made].flatMap(([id, { output, fallback = 'none' }]) =>
        output === undefined ? [] : [[id, [output, fallback]]],
      ),
    ),
    items: Object.fromEntries(fanOuts.map(({ id, config }) => [id, itemCounts(config.items)])),
  };
}

/** Kinds that decide by themselves do as they decide. */
function endOf({ plan: { nodes }, ends }: RandomFlow, command: ExecuteCommand): TaskEnd {
  const { traits } = nodes.find(({ id }) => id === command.node) ?? {};
  if (traits?.join) return { output: null };
  return traits?.cases ? { output: null, port: String(command.config.cases) } : ends(command);
}

function makeNode({ ends }: RandomFlow, node: PlanNode, at: number, origin: string): Made {
  const { id, config, traits } = node;
  if (node.kind === 'start') return { kind: 'trigger.webhook', config: {} };
  if (traits.fanOut) {
    const url = `${origin}/{{ item.fails ? 400 : 200 }}/${id}`;
    return { kind: 'dispatch', config: { ...config, do: { kind: 'http', config: { url } } } };
  }
  if (traits.cases) return { kind: 'switch', config: { cases: config.cases ?? [] } };
  if (traits.join) {
    const { mode = 'all', quorum = 1 } = config;
    return { kind: 'join', config: mode === 'quorum' ? { mode, quorum } : { mode } };
  }
  if (config.x !== 1) return { kind: 'transform', config: { output: config.x ?? null } };
  const end = ends({ ...node, type: 'execute', task: id, node: id, startedAt: 0 });
  if ('error' in end) return failing(at, origin);
  if (end.port === undefined) return succeeding(id, config.seen ?? null, at, origin);
  return { kind: 'condition', config: { if: String(end.port === 'left') }, output: end.port === 'left' };
}

function failing(at: number, origin: string): Made {
  const ways: Made[] = [
    { kind: 'http', config: { url: `${origin}/400` } },
    { kind: 'model', config: { prompt: 'refused' } },
    { kind: 'wait', config: { event: 'never' }, timeout: '50ms' },
    { kind: 'transform', config: { output: '{{ trigger.input.not.there }}' } },
  ];
  return ways[at % ways.length] ?? { kind: 'wait', config: {} };
}

function succeeding(id: string, seen: Json, at: number, origin: string): Made {
  const body = { flag: `nodes.${id}.output.body.flag == true`, fallback: { body: { flag: false } } };
  const ways: Made[] = [
    { kind: 'http', config: { url: `${origin}/200/${id}` }, ...body },
    // Fails at first, and is tried again.
    { kind: 'http', config: { url: `${origin}/flaky/${id}/{{ trigger.input.program }}` }, ...body },
    { kind: 'model', config: { prompt: `at ${id}` }, output: { text: `did at ${id}` } },
    { kind: 'wait', config: { for: '20ms' } },
    {
      kind: 'transform',
      config: { output: { flag: true, from: id, seen: [seen] } },
      flag: `nodes.${id}.output.flag == true && size(nodes.${id}.output.seen) == 1`,
      fallback: { flag: false, seen: [] },
    },
  ];
  return ways[at % ways.length] ?? { kind: 'wait', config: {} };
}

function flowNode({ id, onError: { action } }: PlanNode, made: Made = { kind: '', config: {} }): FlowNode {
  const { kind, config = {}, timeout, fallback = 'none' } = made;
  return {
    id,
    kind,
    config,
    // Attempts that died with their worker count too.
    retry: { maximumAttempts: 50, initialInterval: '20ms' },
    onError: { action, ...(action === 'fallback' && { value: fallback }) },
    timeout: timeout ?? (kind === 'wait' ? '10m' : '20s'),
  };
}

/** An edge asks for the flag of a node's output in the form that this output has. */
function flowEdge({ from, to, on, when }: PlanEdge, made: Made | undefined): FlowEdge {
  const isPlain = made !== undefined && !['trigger.webhook', 'dispatch'].includes(made.kind);
  const generic = `nodes.${from}.output != null && nodes.${from}.output != 'none'`;
  const asked = when?.includes('.flag') && isPlain ? (made.flag ?? generic) : when;
  return {
    from,
    to,
    on: made?.kind === 'condition' ? (ports[on] ?? on) : on,
    ...(asked !== undefined && { when: asked }),
  };
}

/** An item ends well when it does itself and all that it depends on did. */
function itemCounts(value: Json | undefined): Record<string, number> {
  const items: { id: string; fails: boolean; dependsOn: string[] }[] = JSON.parse(JSON.stringify(value));
  const known = new Set(items.map(({ id }) => id));
  const well = new Set<string>();
  for (const _ of items)
    for (const { id, fails, dependsOn } of items)
      if (!fails && dependsOn.every((other) => well.has(other) || !known.has(other))) well.add(id);
  const counts = { succeeded: well.size, failed: items.length - well.size };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
