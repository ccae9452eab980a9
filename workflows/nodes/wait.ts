import { ApplicationFailure } from '@temporalio/workflow';
import { durationMs } from '../../contracts/duration.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { type OwnRun, ownRunOf, waitFor } from '../own-run.ts';
import type { NodeExecution, NodeSuccess } from './node.ts';

/**
 * Waits for a duration, until a time, or for an event. Counted from when the node was first issued, wherever the run
 * moved since; an event may have come before that.
 */
export const wait: NodeExecution = async (command, context) => {
  const own = ownRunOf(context);
  if (command.config.event !== undefined) return waitForEvent(command, own);
  const due = dueAt(command.config, command.startedAt);
  await waitFor(own, due, () => false);
  return { output: { until: new Date(due).toISOString() }, attempts: 1 };
};

async function waitForEvent(command: ExecuteCommand, own: OwnRun): Promise<NodeSuccess> {
  const name = String(command.config.event);
  const until = command.startedAt + command.timeoutMs;
  while (await waitFor(own, until, () => own.mailbox.hasEvent(name))) {
    // Another node that waits for the same may have been quicker.
    const letter = own.mailbox.takeEvent(name);
    if (letter)
      return { output: { event: name, data: letter.data ?? null, at: isoTime(letter.at) }, attempts: 1 };
  }
  throw ApplicationFailure.nonRetryable(`no event ${name} came in time`, 'Timeout');
}

/** Who sends an event may have no clock worth believing. */
function isoTime(at: unknown): string {
  const time = new Date(typeof at === 'number' ? at : Number.NaN);
  return (Number.isNaN(time.getTime()) ? new Date() : time).toISOString();
}

function dueAt(config: JsonObject, startedAt: number): number {
  try {
    const due =
      config.for === undefined
        ? Date.parse(String(config.until))
        : startedAt + durationMs(String(config.for));
    if (Number.isFinite(due)) return due;
  } catch {
    // Falls through to the one error below.
  }
  throw ApplicationFailure.nonRetryable(
    '`for` must be a duration such as 10m and `until` an ISO time',
    'InvalidInput',
  );
}
