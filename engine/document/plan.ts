import { durationMs } from '../../contracts/duration.ts';
import type { Texts } from '../../contracts/errors.ts';
import type { FlowDocument, FlowNode } from '../../contracts/flow.ts';
import type { FlowPlan, NodeTraits, PlanNode, PlanRetry } from '../../contracts/flow-plan.ts';
import type { Json, JsonObject } from '../../contracts/json.ts';
import { jsonObject } from '../../contracts/json.ts';
import { type NodeKind, nodeKinds } from '../../contracts/node-kinds/index.ts';
import { isJsonObject } from '../json-object.ts';

/** Thrown when a plan is asked for of a document that `validate` would refuse. */
export class InvalidFlow extends Error {
  override name = 'InvalidFlow';
}

/** Makes a valid document ready to run as this version. Throws `InvalidFlow` for a kind that does not exist. */
export function plan(document: FlowDocument, version: number): FlowPlan {
  return {
    engineVersion: 1,
    flow: { id: document.id, version },
    nodes: document.nodes.map(planNode),
    edges: document.edges.map(({ from, to, on = 'success', when }) => ({
      from,
      to,
      on,
      ...(when !== undefined && { when }),
    })),
    ...(document.onFailure && { onFailure: document.onFailure }),
    ...(document.model && { model: document.model }),
    ...(document.whenUnavailable && { whenUnavailable: document.whenUnavailable }),
  };
}

function planNode(node: FlowNode): PlanNode {
  const kind = kindOf(node.kind);
  const { action = 'fail', value } = node.onError ?? {};
  return {
    id: node.id,
    kind: node.kind,
    title: titleOf(node, kind),
    config: planConfig(node.config ?? {}, kind),
    timeoutMs: durationMs(node.timeout ?? kind.defaultTimeout),
    retry: planRetry(node.retry ?? {}),
    onError: { action, ...(value !== undefined && { value }) },
    traits: planTraits(kind, node.config ?? {}),
  };
}

/** A fan-out does what the kind of its items does. */
function planTraits({ traits }: NodeKind, config: JsonObject): NodeTraits {
  const work = config[traits.fanOut?.do ?? ''];
  if (!isJsonObject(work) || typeof work.kind !== 'string') return structuredClone(traits);
  const { ownRun, effect } = kindOf(work.kind).traits;
  return structuredClone({ ...traits, ...(ownRun && { ownRun }), ...(effect && { effect }) });
}

function kindOf(name: string): NodeKind {
  const kind = nodeKinds.get(name);
  if (!kind) throw new InvalidFlow(`there is no node kind ${name}`);
  return kind;
}

function titleOf({ title }: FlowNode, kind: NodeKind): Texts {
  if (typeof title === 'string') return { en: title, zh: title };
  return { ...kind.title, ...title };
}

/** Fills in the kind's defaults; a config that its schema does not take is kept as it is. */
function planConfig(config: JsonObject, kind: NodeKind): JsonObject {
  const filled = jsonObject.safeParse(kind.config.safeParse(config).data).data ?? config;
  const inner = kind.traits.fanOut?.do;
  if (!inner) return filled;
  const { [inner]: work, ...common } = filled;
  return { ...common, [inner]: planItemWork(work) };
}

/** What is done with each item runs by its own kind's traits; they travel beside its config. */
function planItemWork(work: Json | undefined): Json {
  if (!isJsonObject(work) || typeof work.kind !== 'string')
    throw new InvalidFlow('a fan-out does not say what to do');
  const kind = kindOf(work.kind);
  const { raw = [], expressions = [], effect, ownRun } = kind.traits;
  const config = planConfig(isJsonObject(work.config) ? work.config : {}, kind);
  const traits = { raw, expressions, ...(effect && { effect }), ...(ownRun && { ownRun }) };
  return { kind: work.kind, config, traits };
}

function planRetry(retry: NonNullable<FlowNode['retry']>): PlanRetry {
  const {
    maximumAttempts = 3,
    initialInterval = '1s',
    backoffCoefficient = 2,
    maximumInterval = '10s',
    when,
  } = retry;
  return {
    maximumAttempts,
    initialIntervalMs: durationMs(initialInterval),
    backoffCoefficient,
    // Temporal refuses a first interval above the longest.
    maximumIntervalMs: Math.max(durationMs(maximumInterval), durationMs(initialInterval)),
    ...(when !== undefined && { when }),
  };
}
