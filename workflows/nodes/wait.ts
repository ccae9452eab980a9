import { ApplicationFailure, sleep } from '@temporalio/workflow';
import { durationMs } from '../../contracts/duration.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { NodeExecution } from './node.ts';

/** Waits for a duration or until a time. Counted from when the node was first issued, wherever the run moved since. */
export const wait: NodeExecution = async (command) => {
  const due = dueAt(command.config, command.startedAt);
  const left = due - Date.now();
  if (left > 0) await sleep(left);
  return { output: { until: new Date(due).toISOString() }, attempts: 1 };
};

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
