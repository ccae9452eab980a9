import type { FlowPlan } from './flow-plan.ts';
import type { SeenBucket, SnapshotRef, Turn } from './memory.ts';
import type { InboundMessage } from './message.ts';

/** A run that left its conversation and goes on by itself. */
export interface ActiveRun {
  runId: string;
  messageId: string;
  text: string;
  startedAt: number;
}

/** What a conversation carries from one execution to the next. */
export interface ConversationState {
  inbox: InboundMessage[];
  seen: SeenBucket[];
  window: Turn[];
  /** How many turns of the window the snapshot holds already. */
  windowSaved: number;
  snapshot?: SnapshotRef;
  active: ActiveRun[];
  /** The plan in use; a message that was accepted under another version loads that. */
  plan?: FlowPlan;
  /** Why no flow runs here until an operator has mended it. */
  quarantined?: string;
}

export interface ConversationInput {
  account: string;
  channel: string;
  conversation: string;
  state?: ConversationState;
}

/** What `status` answers. */
export interface ConversationStatus {
  queued: number;
  current?: { runId: string; text: string; startedAt: number; node?: string };
  active: ActiveRun[];
  quarantined?: string;
}
