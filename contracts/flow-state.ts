import type { NodeError } from './errors.ts';
import type { PlanRetry } from './flow-plan.ts';
import type { Json, JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/**
 * Where a flow stands, serialisable after every step, so that it can move: into a run workflow of its own,
 * into the next execution, out of a failed run into a new one. Times are epoch milliseconds.
 */
export interface FlowState {
  engineVersion: 1;
  status: FlowStatus;
  /** The trigger node that fired. */
  trigger: string;
  input: TriggerInput;
  /** The run's start: `now` in expressions. */
  startedAt: number;
  finishedAt?: number;
  nodes: Record<string, NodeState>;
  /** By index in the plan's edges; absent: undecided. */
  edges: Record<number, 'fired' | 'dead'>;
  /** JSON length of all outputs so far, of nodes and of items. */
  outputBytes?: number;
  /** Of the node that failed the flow. */
  error?: NodeError & { node: string };
  /** By node id: what is taken in place of doing the node once it would begin. */
  presets?: Record<string, Preset>;
  /** By node id and item index, likewise for items of a fan-out. */
  keptItems?: Record<string, Record<number, KeptItem>>;
  /** Only these nodes are done; the others are skipped. */
  only?: string[];
}

/** A node's result given beforehand: kept from an earlier run, overridden, or pinned in a draft. */
export interface Preset {
  status: 'succeeded' | 'failed';
  output?: Json;
  /** The kind's own port, when it left by one. */
  port?: string;
  error?: NodeError;
  attempts: number;
  usage?: Usage;
}

/** Of a fan-out of an earlier run, by index: results of items that need not be done again, while the item is the same. */
export interface KeptItem {
  item: Json;
  output: Json;
  attempts: number;
}

export type FlowStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface TriggerInput {
  text?: string;
  sender?: { id: string; name?: string };
  conversation?: string;
  attachments?: Json[];
  input?: Json;
}

export type NodeStatus = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';

export interface NodeState {
  status: NodeStatus;
  attempts: number;
  startedAt?: number;
  finishedAt?: number;
  output?: Json;
  error?: NodeError;
  usage?: Usage;
  /** The kind's own port, when it left by one. */
  port?: string;
  /** Of a fan-out, one each. */
  items?: ItemState[];
  /** Its items are issued in batches. */
  batched?: true;
  /** Nodes it refers to that had not ended when it began: it sees no output of theirs, whenever it is looked at. */
  unseen?: string[];
}

export interface ItemState {
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  attempts: number;
  startedAt?: number;
  output?: Json;
  error?: NodeError;
}

/** `node`, `node[3]` for one item of a fan-out, `node[0-99]` for a batch of them. */
export type TaskId = string;

/** What happened; `at` is epoch milliseconds. */
export type FlowEvent =
  | ({ type: 'started'; trigger: string; input: TriggerInput; at: number } & Pick<
      FlowState,
      'presets' | 'keptItems' | 'only'
    >)
  | {
      type: 'succeeded';
      task: TaskId;
      output: Json;
      port?: string;
      attempts: number;
      usage?: Usage;
      at: number;
    }
  | { type: 'failed'; task: TaskId; error: NodeError; attempts: number; usage?: Usage; at: number }
  /** A task waits for somebody or something outside, or goes on again. */
  | { type: 'waiting' | 'resumed'; task: TaskId; at: number }
  | { type: 'cancelled'; at: number };

/** What is to be done about it, in an order that depends on nothing but the events. */
export type FlowCommand =
  | {
      type: 'execute';
      task: TaskId;
      node: string;
      item?: number;
      kind: string;
      config: JsonObject;
      /** Of a large fan-out: many items at once, which end with a `BatchOutput`. */
      batch?: Batch;
      /** Outputs of the nodes right before, for kinds that ask for them. */
      inputs?: JsonObject;
      timeoutMs: number;
      retry: PlanRetry;
      /** When the task was first issued: what waits, waits from here, wherever it moved. */
      startedAt: number;
    }
  | { type: 'cancel'; task: TaskId };
/** Items that are done by a workflow of their own, so that the run's history stays short. */
export interface Batch {
  concurrency: number;
  stopsAtFailure: boolean;
  items: { index: number; config: JsonObject }[];
}

/** How the items of a batch ended; those that it never began are absent and count as cancelled. */
export interface BatchOutput {
  items: {
    index: number;
    attempts: number;
    output?: Json;
    error?: NodeError;
    usage?: Usage;
  }[];
}
export type ExecuteCommand = Extract<FlowCommand, { type: 'execute' }>;
