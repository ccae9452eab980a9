import type { Decision, DecisionResult } from './approval.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Delivery, DeliveryReceipt, DeliveryTarget } from './delivery.ts';
import type { FlowPlan, PlanRetry } from './flow-plan.ts';
import type { Json, JsonObject } from './json.ts';
import type { KeptRun } from './kept-run.ts';
import type { MemoryRef, NoteChange, Snapshot, SnapshotRef } from './memory.ts';
import type { Attachment, FlowRef, InboundMessage } from './message.ts';
import type { RunRecord } from './run.ts';
import type { RunContext } from './run-context.ts';
import type { Usage } from './usage.ts';
import type { RunReport, RunResult } from './workflows.ts';

/** A node's work, done by an activity named as its kind. */
export interface NodeInput {
  run: RunContext;
  task: string;
  config: JsonObject;
  /** Config fields that are kept as written are not repeated in every history: they are read from this plan. */
  written?: { flow: FlowRef; node: string };
  inputs?: JsonObject;
  /** The order in the person's words. */
  text: string;
  /** What was said before; absent where there is no conversation. */
  memory?: MemoryRef;
  /** Its `when` is asked by the activity, so that a refused retry costs no history. */
  retry: PlanRetry & {
    /** While no model answers it is tried again, however often. */
    waits?: true;
  };
}

export interface NodeResult {
  output: Json;
  attempts: number;
  usage?: Usage;
  /** How long the attempt worked, without what it waited for a worker. */
  ms: number;
}

/** Regular activities: seconds long, seen, limited, retried and cancelled one by one. */
export interface NodeActivities {
  intent(input: NodeInput): Promise<NodeResult>;
  decompose(input: NodeInput): Promise<NodeResult>;
  aggregate(input: NodeInput): Promise<NodeResult>;
  model(input: NodeInput): Promise<NodeResult>;
  http(input: NodeInput): Promise<NodeResult>;
  /** Reads what a conversation remembers; what is to be noted goes to the conversation itself. */
  memory(input: NodeInput): Promise<NodeResult>;
}

export interface DeliverInput {
  run: RunContext;
  /** Of the run; the delivery's key is a hash of both. */
  step: string;
  /** Without `replyTo` it goes to a conversation that did not just write, where its channel can. */
  delivery: Omit<Delivery, 'key' | 'replyTo'> & Partial<Pick<Delivery, 'replyTo'>>;
  /** Attempts made elsewhere before this activity was scheduled. */
  earlierAttempts: number;
  /** When the first of them may have been made, where that is long ago. Epoch milliseconds. */
  triedSince?: number;
  /** How many of its messages arrived by them. */
  posted?: number;
}

/** The first of the details of a `DeliveryFailed`. */
export interface DeliveryFailure {
  /** How many of the delivery's messages arrived. */
  posted: number;
  attempts: number;
}

export interface DeliveryActivities {
  /** Fails as `DeliveryFailed`. */
  deliver(input: DeliverInput): Promise<DeliveryReceipt>;
  /** Tells a conversation that a run ended, starting it when it had completed. Idempotent by run id. */
  reportRun(input: {
    account: string;
    channel: string;
    conversation: string;
    report: RunReport;
  }): Promise<void>;
}

/**
 * What became of a wish to try a run again. `unknown`: nothing is kept of it, or not for this conversation. `again`: it
 * was tried before, and that goes on or ended well. `changed`: its flow lacks what failed by now.
 */
export type RetryResult =
  | { type: 'resumed'; runId: string; text: string }
  | { type: 'unknown' | 'again' | 'nothingFailed' | 'changed' };

/** What became of `/pair`. `unknown`: nobody waits here with this code, or not any more. */
export type PairResult = { type: 'paired'; who: string } | { type: 'unknown' | 'notAllowed' };

export interface ConversationActivities {
  /** Lets somebody in to an account who was given this code. `by`: who says so, by the platform's id. */
  pair(input: { account: string; code: string; by: string }): Promise<PairResult>;
  /**
   * Takes a person's decision to the run that waits for it. `from`: where they wrote. `key`: of the message that said it;
   * the same again is taken once.
   */
  decide(input: { decision: Decision; from: DeliveryTarget; key: string }): Promise<DecisionResult>;
  /**
   * Goes on from a run of this conversation that failed or was stopped, in a new one. `key`: of the message that asked;
   * the same again starts it once.
   */
  retry(input: { runId: string; from: DeliveryTarget; key: string }): Promise<RetryResult>;
  /** The configured models, in order of preference. */
  models(): Promise<{ id: string; model: string }[]>;
  /** Tells a conversation what a flow wants noted, starting it when it had completed. */
  note(input: { account: string; channel: string; conversation: string; change: NoteChange }): Promise<void>;
}

export interface AttachmentActivities {
  /** Fetches what came with a message into the object store: each is there afterwards, or says why not. */
  fetchAttachments(
    input: Pick<InboundMessage, 'account' | 'runId' | 'language'> & { attachments: Attachment[] },
  ): Promise<Attachment[]>;
}

export interface RunActivities {
  /** How a run ended; null while it is open. Fails as `SubflowFailed` when it ended without a result. */
  resultOfRun(input: { runId: string }): Promise<RunResult | null>;
}

/** Store-level steps, bounded by 500 ms a try: local activities. */
export interface StoreActivities {
  /**
   * The plan of a version, of the newest, or of the flow that is bound to who asks; for an asker with the intents that
   * are bound there. Fails as `FlowNotFound` or `FlowInvalid`.
   */
  loadPlan(flow: FlowRef | { id: string } | null, asker?: DeliveryTarget): Promise<FlowPlan>;
  /** The newest snapshot, null for a new conversation. Fails as `MemoryDamaged`, never with an empty one. */
  recall(input: {
    account: string;
    conversation: string;
  }): Promise<{ snapshot: Snapshot; ref: SnapshotRef } | null>;
  /** Same sequence and hash succeeds again; a lower sequence is refused. */
  saveSnapshot(snapshot: Snapshot): Promise<SnapshotRef>;
  /** Returns when the record's group is durable, and before it what is kept to go on from. Idempotent by run id. */
  record(record: RunRecord, kept?: KeptRun): Promise<void>;
  /** Keeps what could not be said, to be sent again by hand. The same delivery is kept once. */
  keepDeadLetter(letter: Omit<DeadLetter, 'id'>): Promise<void>;
  /** It arrived after all. */
  dropDeadLetter(id: string): Promise<void>;
}

export interface ConnectionActivities {
  /**
   * Opens the long connection of an account and holds it: beats with a `ConnectionState`, and fails as one of
   * `connectionFailures`, to be tried again after the wait that it names. Returns when another holder takes over.
   */
  holdConnection(input: { account: string; holder: number }): Promise<void>;
}

export interface HousekeepingActivities {
  /** Ends visibly what was accepted but is held by no workflow. Returns how many. */
  reconcile(): Promise<{ open: number; ended: number }>;
  /** Merges small record segments, drops what is over age or budget. */
  compactRecords(): Promise<{ merged: number; dropped: number }>;
  /** Removes objects that are past their age, where no bucket does it. Returns how many. */
  sweepObjects(): Promise<{ removed: number }>;
  /** Shortens the server's retention when the disk is nearly full. */
  guardDisk(): Promise<{ usedFraction: number; retentionHours: number }>;
}
