import {
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
} from '@temporalio/workflow';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import { type RunInput, type RunResult, signalNames } from '../../contracts/workflows.ts';
import { runLimits } from '../../engine/index.ts';
import { derivedRunId } from '../derived-id.ts';
import { failedBy } from '../failure.ts';
import { mayRepeat, ownRunOf, waitFor } from '../own-run.ts';
import { runActivities } from '../placement.ts';
import { startRun } from '../promotion.ts';
import type { NodeContext, NodeExecution } from './node.ts';

/** How often a run is asked for that was begun by an earlier execution and may have ended unseen. */
const firstLookMs = 60_000;
const longestLookMs = 3_600_000;

/** Runs another flow as a run of its own and waits for its result. Fails as `SubflowFailed` where that does. */
export const subflow: NodeExecution = async (command, context) => {
  const own = ownRunOf(context);
  if (own.depth >= runLimits.subflowDepth) {
    throw ApplicationFailure.nonRetryable(`there are ${own.depth} flows around this one already`, 'RunLimit');
  }
  const runId = derivedRunId(context.run.runId, command.task);
  try {
    const result = own.mailbox.resultOf(runId) ?? (await resultOf(runId, command, context));
    own.mailbox.forget(runId);
    return { output: outputOf(result, runId), attempts: 1 };
  } catch (thrown) {
    const goesOn = isCancellation(thrown) ? own.isParked(command.task) : hasEnded(thrown);
    if (!goesOn) await CancellationScope.nonCancellable(() => stop(runId));
    throw thrown;
  }
};

async function resultOf(runId: string, command: ExecuteCommand, context: NodeContext): Promise<RunResult> {
  const own = ownRunOf(context);
  const child = await CancellationScope.nonCancellable(() => startRun(inputOf(runId, command, context)));
  const end: { result?: RunResult; lost?: ApplicationFailure } = {};
  child?.result().then(
    (result) => {
      end.result = result;
    },
    (thrown: unknown) => {
      end.lost = lost(runId, thrown, context);
    },
  );
  const until = command.startedAt + command.timeoutMs;
  const told = (): RunResult | undefined => own.mailbox.resultOf(runId) ?? end.result;
  for (let pause = firstLookMs; ; pause = Math.min(pause * 2, longestLookMs)) {
    const next = child || !mayRepeat() ? until : Math.min(until, Date.now() + pause);
    await waitFor(own, next, () => told() !== undefined || end.lost !== undefined);
    const result = told();
    if (result) return result;
    if (end.lost) throw end.lost;
    if (next === until) throw ApplicationFailure.nonRetryable(`run ${runId} took too long`, 'Timeout');
    const seen = await runActivities.resultOfRun({ runId });
    if (seen) return seen;
  }
}

function inputOf(runId: string, { config, task }: ExecuteCommand, context: NodeContext): RunInput {
  const { depth, input, mailTo, origin } = ownRunOf(context);
  const id = String(config.flow);
  return {
    runId,
    origin,
    startedAt: Date.now(),
    flow: typeof config.version === 'number' ? { id, version: config.version } : { id },
    start: { input: { ...input(), input: config.input ?? null } },
    ...(context.dry ? { dry: true } : {}),
    parent: { runId: context.run.runId, task, depth: depth + 1, ...(mailTo ? { mailTo } : {}) },
  };
}

function outputOf({ error, outcome, output }: RunResult, runId: string): RunResult['output'] {
  if (outcome === 'answered') return output;
  const why = error ? `${error.type}: ${error.message}` : outcome;
  throw ApplicationFailure.nonRetryable(`run ${runId} ${outcome} (${why})`, 'SubflowFailed');
}

/** It was ended by hand, or could not be started. */
function lost(runId: string, thrown: unknown, { run }: NodeContext): ApplicationFailure {
  const { message } = failedBy(thrown, run.language).error;
  return ApplicationFailure.nonRetryable(`run ${runId} ended without a result: ${message}`, 'SubflowFailed');
}

function hasEnded(thrown: unknown): boolean {
  return thrown instanceof ApplicationFailure && thrown.type === 'SubflowFailed';
}

/** A run that has just ended needs no stopping. */
async function stop(runId: string): Promise<void> {
  await getExternalWorkflowHandle(`run:${runId}`)
    .signal(signalNames.cancelRun)
    .catch(() => {});
}
