import type { Texts } from './errors.ts';
import type { RetryPolicyDocument } from './flow.ts';
import type { Json, JsonObject } from './json.ts';
import type { FlowRef } from './message.ts';

/**
 * A flow version made ready to run: defaults filled in, durations in milliseconds, and each kind's traits copied in,
 * so that a run keeps the semantics it started with whatever later builds say of its kinds. Plain JSON; travels with the run.
 */
export interface FlowPlan {
  engineVersion: 1;
  flow: FlowRef;
  nodes: PlanNode[];
  edges: PlanEdge[];
  onFailure?: { flow: string };
  /** Id of the model that its nodes ask first. */
  model?: string;
  whenUnavailable?: 'fail' | 'wait';
  /** Intents that were added to those of its intent nodes, and the flows that answer them. */
  boundIntents?: { fingerprint: string; flows: Record<string, string> };
}

export interface PlanNode {
  id: string;
  kind: string;
  /** Plans of earlier builds have one text. */
  title: Texts | string;
  config: JsonObject;
  timeoutMs: number;
  retry: PlanRetry;
  onError: { action: 'fail' | 'continue' | 'fallback' | 'branch'; value?: Json };
  traits: NodeTraits;
}

export interface PlanEdge {
  from: string;
  to: string;
  on: string;
  when?: string;
}

export type PlanRetry = Required<
  Omit<RetryPolicyDocument, 'when' | 'initialInterval' | 'maximumInterval'>
> & {
  initialIntervalMs: number;
  maximumIntervalMs: number;
  when?: string;
};

/** How the engine treats a kind: data, so that the engine never branches on a kind's name. */
export interface NodeTraits {
  /** Starts a flow; takes no incoming edge. */
  trigger?: true;
  /** Waits for a person, a time or an event. What waits may be interrupted and issued again elsewhere. */
  waits?: true;
  /** Only a run of its own can carry it out: its flow leaves the conversation. */
  ownRun?: true;
  /** Begins as soon as enough incoming edges have fired; names of the config fields that say how many. */
  join?: { mode: string; quorum: string };
  /** By which of its ports a node with a given output leaves: by what `field` of the output says. */
  outputPort?: { field: string; ports: Record<string, string> };
  /** Changes something outside: recorded instead of done in a dry run, but where the config's `field` is harmless. */
  effect?: { field: string; harmless: string[] } | true;
  /** Says something to the person who asked. */
  delivers?: true;
  /** Decided where the workflow runs, without an activity. */
  inline?: true;
  /** Wants what was said before. */
  memory?: true;
  /** Needs the outputs of the nodes right before it, by node id. */
  inputs?: true;
  /** Config fields that are JSON Schemas. */
  schemas?: string[];
  /** Config fields that are one CEL expression each, evaluated instead of bound. */
  expressions?: string[];
  /**
   * A config field with a list of `{port, when}`, bound to the port of the first whose condition holds, else to
   * `default`; a node has these ports besides those of its kind.
   */
  cases?: string;
  /** Config fields kept as written (schemas, examples): no templates inside. */
  raw?: string[];
  /** Runs `do` (kind and config, bound per item with `item` and `index`) for each of `items`. */
  fanOut?: { items: string; do: string; concurrency: string; onItemError: string };
}
