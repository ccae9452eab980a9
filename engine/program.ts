import type { FlowPlan, PlanEdge, PlanNode } from '../contracts/flow-plan.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import { compileConfig, type FieldTraits, type ParseExpression, type Template } from './bind.ts';
import {
  ExpressionFailure,
  ExpressionParser,
  ExpressionSyntaxError,
  type Meter,
  type Scope,
} from './expression.ts';
import { isJsonObject } from './json-object.ts';

/** Names in scope everywhere in a flow; `nodes` are its nodes. */
export const flowVariables = ['trigger', 'nodes', 'now', 'memory'] as const;
/** Names in scope besides, in what a fan-out does with each item. */
export const itemVariables = ['item', 'index'] as const;

/** Names in scope in a retry policy's `when`, which is asked where the attempt was made. */
export const retryVariables = ['error'] as const;

/** A plan made ready for `step`: adjacency and parsed expressions. Never changed once compiled; not serialisable. */
export interface Program {
  plan: FlowPlan;
  /** In the plan's order. */
  nodes: ReadonlyMap<string, ProgramNode>;
  /** In the plan's order, as `FlowState.edges` counts them. */
  edges: readonly ProgramEdge[];
}

export interface ProgramNode {
  plan: PlanNode;
  /** Which of the plan's nodes it is. */
  position: number;
  incoming: readonly ProgramEdge[];
  outgoing: readonly ProgramEdge[];
  /** Nodes whose outputs its commands may hold. */
  references: readonly string[];
  /** How many of its incoming edges have to fire for it to begin; absent: it waits until all are decided. */
  quorum?: number;
  /** Binds what the node's command is given; of a fan-out, what is common to its items. */
  config: Template;
  fanOut?: ProgramFanOut;
}

export interface ProgramFanOut {
  names: { items: string; concurrency: string; onItemError: string };
  kind: string;
  /** Binds one item's config, with `item` and `index` in scope. */
  config: Template;
}

export interface ProgramEdge {
  plan: PlanEdge;
  index: number;
  /** Throws `ExpressionFailure`. */
  when?: (scope: Scope, meter: Meter) => boolean;
}

/**
 * Compiles a plan. Never throws: an expression that cannot be parsed fails its node when it is reached, as one that
 * cannot be evaluated does.
 */
export function compile(plan: FlowPlan): Program {
  const parser = new ExpressionParser(flowVariables);
  const itemParser = parser.with(...itemVariables);
  const parse: ParseExpression = (source) => parser.parse(source);
  const edges = plan.edges.map((edge, index) => compileEdge(edge, index, parse));
  const incoming = groupBy(edges, (edge) => edge.plan.to);
  const outgoing = groupBy(edges, (edge) => edge.plan.from);
  const nodes = new Map<string, ProgramNode>();
  for (const [position, node] of plan.nodes.entries()) {
    const sources = (incoming.get(node.id) ?? []).map((edge) => edge.plan.from);
    nodes.set(node.id, {
      plan: node,
      position,
      incoming: incoming.get(node.id) ?? [],
      outgoing: outgoing.get(node.id) ?? [],
      ...quorumOf(node),
      ...compileNode(node, sources, parser, itemParser),
    });
  }
  return { plan, nodes, edges };
}

function compileEdge(plan: PlanEdge, index: number, parse: ParseExpression): ProgramEdge {
  if (plan.when === undefined) return { plan, index };
  const source = plan.when;
  const condition = orFailing(() => parse(source));
  return { plan, index, when: (scope, meter) => condition().test(scope, meter) };
}

function quorumOf({ config, traits: { join } }: PlanNode): Pick<ProgramNode, 'quorum'> {
  if (!join) return {};
  if (config[join.mode] === 'any') return { quorum: 1 };
  const quorum = config[join.quorum];
  return config[join.mode] === 'quorum' && typeof quorum === 'number' ? { quorum } : {};
}

function compileNode(
  node: PlanNode,
  sources: string[],
  parser: ExpressionParser,
  itemParser: ExpressionParser,
): Pick<ProgramNode, 'config' | 'fanOut' | 'references'> {
  const { fanOut, inputs } = node.traits;
  const references = new Set(inputs ? sources : []);
  const noting =
    (by: ExpressionParser): ParseExpression =>
    (source) => {
      const expression = by.parse(source);
      for (const id of expression.references) references.add(id);
      return expression;
    };
  const { [fanOut?.do ?? '']: perItem, ...common } = node.config;
  const config = template(() => compileConfig(fanOut ? common : node.config, node.traits, noting(parser)));
  if (!fanOut) return { config, references: [...references] };
  const work = readItemWork(perItem);
  const itemConfig = template(() => compileConfig(work.config, work.traits, noting(itemParser)));
  return {
    config,
    fanOut: { names: fanOut, kind: work.kind, config: itemConfig },
    references: [...references],
  };
}

/** What a fan-out does with each item. `traits` are those of its kind, put there when the plan was made. */
function readItemWork(value: Json | undefined): { kind: string; config: JsonObject; traits: FieldTraits } {
  const work = isJsonObject(value) ? value : {};
  const traits = isJsonObject(work.traits) ? work.traits : {};
  return {
    kind: typeof work.kind === 'string' ? work.kind : '',
    config: isJsonObject(work.config) ? work.config : {},
    traits: { expressions: names(traits.expressions), raw: names(traits.raw) },
  };
}

function names(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function template(compileIt: () => Template): Template {
  const compiled = orFailing(compileIt);
  return (scope, meter) => compiled()(scope, meter);
}

/** Gives what `make` made, or fails as an expression each time it is asked for what could not be parsed. */
function orFailing<T>(make: () => T): () => T {
  try {
    const made = make();
    return () => made;
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    return () => {
      throw new ExpressionFailure(error.message);
    };
  }
}

function groupBy<T>(entries: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group) group.push(entry);
    else groups.set(keyOf(entry), [entry]);
  }
  return groups;
}
