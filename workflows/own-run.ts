import { ApplicationFailure, condition, workflowInfo } from '@temporalio/workflow';
import type { TriggerInput } from '../contracts/flow-state.ts';
import type { RunOrigin } from '../contracts/workflows.ts';
import { runLimits } from '../engine/index.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import type { Mailbox } from './mailbox.ts';

/** An hour more, so that a wait of all the days that a run may take ends first. */
const runMs = runLimits.runDays * 86_400_000 + 3_600_000;

/** What only a run of its own has for its nodes. */
export interface OwnRun {
  origin: RunOrigin;
  /** How many flows are around this one. */
  depth: number;
  /** When the run has to be over. Epoch milliseconds. */
  deadline: number;
  mailbox: Mailbox;
  /** Where its subflows send how they ended; absent where the workflow never moves. */
  mailTo?: string;
  approvals: ApprovalDesk;
  /** What its flow was started with. */
  input(): TriggerInput;
  /** Whether a task was interrupted only to go on where the flow moved to. */
  isParked(task: string): boolean;
}

/** What a node has that waits. Throws where the flow should have left its conversation first. */
export function ownRunOf({ own }: { own?: OwnRun }): OwnRun {
  if (!own) throw new Error('this kind of node needs a run of its own');
  return own;
}

/** Events of an execution that only repetitions may not lengthen any further; the server ends it at 51,200. */
const longHistory = 6_000;

/** Whether there is room for what only repeats itself. A run this long would have moved, were not something in flight that cannot. */
export function mayRepeat(): boolean {
  return workflowInfo().historyLength < longHistory;
}

/** When a run that began at a time has to be over. Epoch milliseconds, both. */
export function deadlineOf(startedAt: number): number {
  return startedAt + runMs;
}

/**
 * Waits until something is so, or a time comes: true, or false. A run that has to be over before fails as `RunLimit`.
 * `until`: epoch milliseconds.
 */
export async function waitFor(
  { deadline }: Pick<OwnRun, 'deadline'>,
  until: number,
  isSo: () => boolean,
): Promise<boolean> {
  const left = Math.min(until, deadline) - Date.now();
  if (isSo() || (left > 0 && (await condition(isSo, left)))) return true;
  if (until <= deadline) return false;
  throw ApplicationFailure.nonRetryable('the run did not end within the time that runs may take', 'RunLimit');
}
