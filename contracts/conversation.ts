import type { Outcome } from './delivery.ts';
import type { FlowPlan } from './flow-plan.ts';
import type { KeptRun } from './kept-run.ts';
import type { Note, SeenBucket, SnapshotRef, Turn } from './memory.ts';
import type { InboundMessage } from './message.ts';
import type { RunRecord } from './run.ts';

/** A run that left its conversation and goes on by itself. */
export interface ActiveRun {
  runId: string;
  messageId: string;
  text: string;
  startedAt: number;
  /** It goes on from an earlier one, whose order is remembered already. */
  resumed?: true;
}

export interface RecentRun {
  runId: string;
  text: string;
  outcome: Outcome;
}

/** What a conversation carries from one execution to the next. */
export interface ConversationState {
  inbox: InboundMessage[];
  seen: SeenBucket[];
  window: Turn[];
  /** How many turns of the window the snapshot holds already. */
  windowSaved: number;
  snapshot?: SnapshotRef;
  notes?: Note[];
  /** Ids of the notes that the snapshot holds. */
  notesSaved?: string[];
  /** The flow that the people of the conversation chose for it. */
  flow?: string;
  /** The model that they chose, by its id. */
  model?: string;
  active: ActiveRun[];
  /** The last few that ended, newest last: for `/runs`. */
  recent: RecentRun[];
  /** Ended, but the store could not take the record yet. */
  unrecorded: { record: RunRecord; kept?: KeptRun }[];
  /** The plan in use; a message that was accepted under another version loads that. */
  plan?: FlowPlan;
  /** Why no flow runs here until an operator has mended it. */
  quarantined?: string;
}

/** From the configuration, fixed when a conversation starts. */
export interface Pace {
  /** A flow that ran longer leaves its conversation at the next quiet point. */
  promoteAfterMs: number;
  /** A conversation without work completes after this; the next message starts it again. */
  idleAfterMs: number;
}

export interface ConversationInput {
  account: string;
  channel: string;
  conversation: string;
  pace: Pace;
  state?: ConversationState;
}

/** What `status` answers. */
export interface ConversationStatus {
  queued: number;
  current?: { runId: string; text: string; startedAt: number; node?: string };
  active: ActiveRun[];
  quarantined?: string;
}
