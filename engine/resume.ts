import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState, KeptItem, NodeState, Preset } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { fanOutConfig } from './fan-out-config.ts';
import { givenPresets } from './given.ts';
import { compile } from './program.ts';
import { standingOf } from './standing.ts';

/** How a run goes on: what it starts with besides its trigger's input. */
export type Start = Pick<FlowState, 'presets' | 'keptItems' | 'only'>;

/** Thrown when a flow cannot be started like this. `nodes`: those that it lacks, none when there is nothing to do. */
export class ResumeRefused extends Error {
  override name = 'ResumeRefused';
  readonly code: 'unknown_node' | 'nothing_failed';
  readonly nodes: readonly string[];

  constructor(code: ResumeRefused['code'], message: string, nodes: readonly string[] = []) {
    super(message);
    this.code = code;
    this.nodes = nodes;
  }
}

/**
 * What a new run of `next` keeps of an old one. Redone are `fromNode` and everything behind it; without it, what
 * failed or was cancelled, of fan-outs only the items that did not succeed, and everything behind. `overrides`, outputs
 * by node id, replace results; what is behind them is redone. Throws `ResumeRefused`.
 */
export function resumption(
  old: { plan: FlowPlan; state: FlowState },
  next: FlowPlan,
  { fromNode, overrides = {} }: { fromNode?: string; overrides?: Readonly<Record<string, Json>> } = {},
): Start {
  const { nodes: states, presets: waiting = {}, keptItems: waitingItems = {}, only } = old.state;
  const overridden = Object.keys(overrides);
  const unfinished = Object.keys(states).filter((id) => !isFinished(states[id]) && !overridden.includes(id));
  const from = fromNode === undefined ? unfinished : [fromNode];
  assertHasNodes(next, [...from.filter((id) => id === fromNode || hasBegun(states[id])), ...overridden]);
  if (from.length + overridden.length === 0)
    throw new ResumeRefused('nothing_failed', 'Nothing in the run failed. Name the node to go on from.');
  const changed = next.nodes.filter(({ id, kind }) => states[id] && kindOf(old.plan, id) !== kind);
  const first = [...from, ...changed.map(({ id }) => id)];
  const behind = downstream(next, [...first, ...overridden]);
  const redone = new Set([...first, ...behind]);
  const kept = next.nodes.flatMap(({ id }) => (redone.has(id) ? [] : [id]));
  const items = fromNode === undefined ? unfinished.filter((id) => !behind.has(id)) : [];
  const isUntouched = ([id]: [string, unknown]) => fromNode === undefined || !redone.has(id);
  return {
    presets: {
      ...Object.fromEntries(Object.entries(waiting).filter(isUntouched)),
      ...presetsOf(states, next, kept),
      ...overridePresets(states, next, overrides),
    },
    keptItems: {
      ...Object.fromEntries(Object.entries(waitingItems).filter(isUntouched)),
      ...keptItemsOf(old, next, items),
    },
    ...(only && { only }),
  };
}

/**
 * A part of a flow: `only` does one node with these outputs of others, by node id, whatever the edges to it would say;
 * `upTo` does everything that leads to it as well, but what has an output here. Throws `ResumeRefused`.
 */
export function partial(
  plan: FlowPlan,
  {
    node,
    mode,
    outputs = {},
  }: { node: string; mode: 'only' | 'upTo'; outputs?: Readonly<Record<string, Json>> },
): Pick<Start, 'presets' | 'only'> {
  assertHasNodes(plan, [node, ...Object.keys(outputs)]);
  const before = upstream(plan, node);
  const only = mode === 'only' ? [node] : [...before, node];
  const wanted = Object.entries(outputs).filter(([id]) => before.has(id));
  return { only, presets: givenPresets(plan, Object.fromEntries(wanted)) };
}

/** A flow's own output: that of the node where it ended, or several by node id. */
export function resultOf({ nodes, edges }: FlowPlan, state: FlowState): Json {
  const left = new Set(edges.filter((_, index) => state.edges[index] === 'fired').map(({ from }) => from));
  const ends = nodes.filter(({ id }) => state.nodes[id]?.status === 'succeeded' && !left.has(id));
  const outputs = ends.map(({ id }): [string, Json] => [id, state.nodes[id]?.output ?? null]);
  const [[, only] = ['', null]] = outputs;
  return outputs.length > 1 ? Object.fromEntries(outputs) : only;
}

/** Whether a node has a result that can be kept as it is. */
function isFinished(node: NodeState | undefined): boolean {
  if (node?.status === 'skipped') return true;
  return node?.status === 'succeeded' && !node.items?.some(({ status }) => status !== 'succeeded');
}

function hasBegun(node: NodeState | undefined): boolean {
  return node?.startedAt !== undefined;
}

function assertHasNodes({ flow, nodes }: FlowPlan, wanted: readonly string[]): void {
  const missing = [...new Set(wanted)].filter((id) => !nodes.some((node) => node.id === id));
  if (missing.length === 0) return;
  const named = missing.map((id) => `\`${id}\``).join(', ');
  throw new ResumeRefused(
    'unknown_node',
    `${flow.draft ? 'The draft' : `Version ${flow.version}`} of ${flow.id} has no node ${named}.`,
    missing,
  );
}

function kindOf({ nodes }: FlowPlan, id: string): string | undefined {
  return nodes.find((node) => node.id === id)?.kind;
}

/** What a failure was replaced by stays so where it still would be. */
function presetsOf(
  states: FlowState['nodes'],
  { nodes }: FlowPlan,
  kept: readonly string[],
): Record<string, Preset> {
  const presets: Record<string, Preset> = {};
  for (const { id, traits, onError } of nodes) {
    const { status, output = null, port, error, attempts } = states[id] ?? { status: 'pending', attempts: 0 };
    if (!kept.includes(id) || status !== 'succeeded' || traits.trigger) continue;
    presets[id] =
      error && onError.action === 'fallback'
        ? { status: 'failed', error, attempts }
        : { status, output, attempts, ...(port !== undefined && { port }) };
  }
  return presets;
}

/** A node whose output does not say by which port it leaves, leaves by the one that it left by. */
function overridePresets(
  states: FlowState['nodes'],
  next: FlowPlan,
  overrides: Readonly<Record<string, Json>>,
): Record<string, Preset> {
  const presets = givenPresets(next, overrides);
  for (const [id, preset] of Object.entries(presets)) {
    const port = preset.port ?? states[id]?.port;
    if (port !== undefined) preset.port = port;
  }
  return presets;
}

/** Results of items of fan-outs that are redone, with the items that they are of. */
function keptItemsOf(
  { plan, state }: { plan: FlowPlan; state: FlowState },
  next: FlowPlan,
  nodes: readonly string[],
): Record<string, Record<number, KeptItem>> {
  const program = compile(plan);
  const nextProgram = compile(next);
  const kept: Record<string, Record<number, KeptItem>> = {};
  for (const id of nodes) {
    const node = program.nodes.get(id);
    const items = state.nodes[id]?.items ?? [];
    const sameWork = node?.fanOut?.kind === nextProgram.nodes.get(id)?.fanOut?.kind;
    if (!node?.fanOut || !sameWork || items.length === 0) continue;
    const values = fanOutConfig(node, standingOf(state)).items;
    const results: Record<number, KeptItem> = {};
    for (const [index, { status, output = null, attempts }] of items.entries())
      if (status === 'succeeded') results[index] = { item: values[index] ?? null, output, attempts };
    kept[id] = results;
  }
  return kept;
}

/** What edges lead to from these nodes, however far; not themselves, unless one is behind another. */
function downstream({ edges }: Pick<FlowPlan, 'edges'>, from: readonly string[]): Set<string> {
  const targets = new Map<string, string[]>();
  for (const edge of edges) targets.set(edge.from, [...(targets.get(edge.from) ?? []), edge.to]);
  const found = new Set(from.flatMap((id) => targets.get(id) ?? []));
  // Grows while it is gone through.
  for (const id of found) for (const target of targets.get(id) ?? []) found.add(target);
  return found;
}

function upstream({ edges }: FlowPlan, node: string): Set<string> {
  return downstream({ edges: edges.map(({ from, to, on }) => ({ from: to, to: from, on })) }, [node]);
}
