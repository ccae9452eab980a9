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
  /** Of the node that failed the flow. */
  error?: NodeError & { node: string };
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
  /** Of a fan-out, one each. */
  items?: ItemState[];
}

export interface ItemState {
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  attempts: number;
  startedAt?: number;
  output?: Json;
  error?: NodeError;
}

/** `node`, or `node[3]` for one item of a fan-out. */
export type TaskId = string;

/** What happened; `at` is epoch milliseconds. */
export type FlowEvent =
  | { type: 'started'; trigger: string; input: TriggerInput; at: number }
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
  | { type: 'waiting'; task: TaskId; at: number }
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
      /** Outputs of the nodes right before, for kinds that ask for them. */
      inputs?: JsonObject;
      timeoutMs: number;
      retry: PlanRetry;
      /** When the task was first issued: what waits, waits from here, wherever it moved. */
      startedAt: number;
    }
  | { type: 'cancel'; task: TaskId };
export type ExecuteCommand = Extract<FlowCommand, { type: 'execute' }>;
