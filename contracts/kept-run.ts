import type { FlowPlan } from './flow-plan.ts';
import type { FlowState } from './flow-state.ts';
import type { RunInput, RunOrigin } from './workflows.ts';

/**
 * A run as it can be gone on from: kept beside the records for runs that failed, were stopped, or had a workflow of
 * their own.
 */
export interface KeptRun {
  runId: string;
  origin: RunOrigin;
  plan: FlowPlan;
  state: FlowState;
  /** Nodes with effects were recorded, not done; so they are in what goes on from it. */
  dry?: boolean;
  chosen?: RunInput['chosen'];
}
