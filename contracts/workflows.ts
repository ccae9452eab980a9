import type { HeldApproval } from './approval.ts';
import type { Outcome } from './delivery.ts';
import type { NodeError } from './errors.ts';
import type { FlowPlan, PlanNode, PlanRetry } from './flow-plan.ts';
import type { Batch, FlowState } from './flow-state.ts';
import type { Json } from './json.ts';
import type { MemoryRef } from './memory.ts';
import type { FlowRef, InboundMessage } from './message.ts';
import type { Usage } from './usage.ts';

/** Temporal workflow types, started by name. */
export const workflowTypes = {
  conversation: 'conversation',
  run: 'run',
  /** Items of a large fan-out. */
  batch: 'batch',
  housekeeping: 'housekeeping',
  /** Of a dead letter. */
  redelivery: 'redelivery',
  /** The long connection of an account. */
  channelConnection: 'channelConnection',
} as const;

/** The one task queue. */
export const taskQueue = 'errand';

export const signalNames = {
  /** To a conversation: `InboundMessage`. */
  message: 'message',
  /** To a conversation: `RunReport`. */
  runEnded: 'runEnded',
  /** To a conversation: a run id that is to be cancelled, inline or queued. To a run: none. */
  cancelRun: 'cancelRun',
  /** To a conversation: `NoteChange`. */
  note: 'note',
  /** To a run: `RunSignal`; kept until the node that waits for it takes it. */
  mail: 'mail',
  /** To a channel connection: the number of the holder whose worker is to stop. */
  handOver: 'handOver',
  /** To a channel connection: the number of a holder that has just connected for the first time. */
  connected: 'connected',
} as const;

export const updateNames = {
  /** Of a run: `Decision` → `DecisionResult`. */
  decide: 'decide',
} as const;

export const queryNames = {
  /** Of a conversation → `ConversationStatus`. */
  status: 'status',
  /** Of a conversation: message ids → those it still holds, and how. */
  holds: 'holds',
  /** Of a conversation (run id) and of a run → `Run`, or null. */
  run: 'run',
  /** Of a run → `Approval[]`, those that wait for a decision. */
  approvals: 'approvals',
} as const;

export type HeldStatus = 'running' | 'waiting';

/** What started a run: a message, or a call of the API. */
export type RunOrigin =
  | { type: 'message'; message: InboundMessage; memory: MemoryRef }
  | { type: 'api'; input: FlowState['input']; user: string; traceId: string; language: 'en' | 'zh' };

/** What a run is sent from outside: an event by name, or how a subflow of it ended. */
export type RunSignal =
  | { type: 'event'; name: string; data: Json; at: number }
  | { type: 'subflow'; runId: string; result: RunResult }
  /** Whether a subflow waits for somebody, each time that changes. `task`: of the run that is told. */
  | { type: 'standing'; task: string; waits: boolean };

/** What a run's workflow returns, and tells the run that it is a subflow of. */
export interface RunResult {
  outcome: Outcome;
  /** Of the nodes where the flow ended: the one output, or several by node id. */
  output: Json;
  error: NodeError | null;
}

export interface RunInput {
  runId: string;
  origin: RunOrigin;
  /** When the work began, wherever it was then. Epoch milliseconds. */
  startedAt: number;
  /** Absent: the newest published version, or the one named, is loaded first. */
  plan?: FlowPlan;
  flow: FlowRef | { id: string };
  /** Absent: the flow starts here. */
  state?: FlowState;
  /** Deliveries of the state that were tried once already, by task. */
  triedDeliveries?: string[];
  /** How many messages of those arrived, by task. */
  posted?: Record<string, number>;
  /** Deliveries of the state to others that were made already, by step. */
  reached?: string[];
  /** What the person sees of its progress. */
  progress?: ShownProgress;
  /** How the flow is started here, when not from its trigger to its end. */
  start?: RunStart;
  /** Nodes with effects are recorded, not done. */
  dry?: boolean;
  /** The intent by which its flow was chosen, and what it took to find out. */
  chosen?: { intent: string; arguments: Json; usage?: Usage };
  /** The run that this one goes on from, with its finished results. */
  resumedFrom?: string;
  /** The run that this one is part of. */
  parent?: RunParent;
  /** Sent before, and not taken yet. */
  mail?: RunSignal[];
  /** Asked for before, and not gone on from yet. */
  approvals?: HeldApproval[];
  /** Whether it waits, as the run that it is part of was told last. */
  toldWaiting?: boolean;
  /** The flow has ended; this still has to reach the person. */
  lastWords?: LastWords;
}

/** The message that shows a run's progress, and how often it was changed. */
export interface ShownProgress {
  providerId: string;
  count: number;
}

/** `trigger`: of the node that fires where the plan has it, else the one that suits the origin; `input`: likewise. */
export type RunStart = Pick<FlowState, 'presets' | 'keptItems' | 'only'> &
  Partial<Pick<FlowState, 'trigger' | 'input'>>;

export interface RunParent {
  runId: string;
  /** Absent for a failure flow, which nobody waits for. */
  task?: string;
  /** How many flows are around this one. */
  depth: number;
  /** The workflow that is told the result by mail, because it may have moved since it began to wait. */
  mailTo?: string;
}

/** Items of a fan-out, done by a workflow of their own that ends with a `BatchOutput`. */
export interface BatchInput {
  runId: string;
  origin: RunOrigin;
  plan: FlowPlan;
  input: FlowState['input'];
  node: PlanNode['id'];
  task: string;
  kind: string;
  batch: Batch;
  timeoutMs: number;
  retry: PlanRetry;
  /** When the run has to be over. Epoch milliseconds. */
  deadline: number;
  depth: number;
  dry: boolean;
}

/** The final thing said to a person whose flow did not say it. */
export interface LastWords {
  text: string;
  outcome: Outcome;
  error?: NodeError & { node: string | null };
}

/** A run's end, as it is told to its conversation. */
export interface RunReport {
  runId: string;
  messageId: string;
  outcome: Outcome;
  /** What the person was told, to be remembered. */
  answer: string | null;
  /** What was asked, for lists. */
  text?: string;
}

/** The long connection of an account. Whoever holds it is numbered; the highest number is the newest. */
export interface ConnectionInput {
  account: string;
  /** How many there were in earlier executions. */
  holders: number;
}

/** Types of the failures of what holds a connection. Only `gone` ends its workflow. */
export const connectionFailures = {
  /** No worker has the account in its configuration, or it is not to hold a connection. */
  gone: 'AccountGone',
  /** It could not be opened, ended, or went silent. */
  lost: 'ConnectionLost',
  /** The worker is to stop, and the connection is for another. */
  stopping: 'WorkerStopping',
} as const;

/** Keyword list on a run: the ids of its approvals that wait. */
export const approvalsAttribute = 'ErrandApprovals';

/** Registered at set-up; all of type Keyword. A conversation sets the first three only. */
export const searchAttributes = {
  channel: 'ErrandChannel',
  account: 'ErrandAccount',
  conversation: 'ErrandConversation',
  user: 'ErrandUser',
  flow: 'ErrandFlow',
  flowVersion: 'ErrandFlowVersion',
  intent: 'ErrandIntent',
  outcome: 'ErrandOutcome',
} as const;
