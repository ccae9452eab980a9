import { log } from '@temporalio/workflow';
import { derivedRunId } from './derived-id.ts';
import type { Ending } from './ending.ts';
import { startRun } from './promotion.ts';
import type { RunFacts } from './run-view.ts';

/** No node is called so: with a space. */
const task = 'on failure';

/** Starts the flow that a failed run's flow names for this. Nobody waits for it; one that fails itself starts no other. */
export async function startFailureFlow(facts: RunFacts, { error, outcome }: Ending): Promise<void> {
  const { dry, origin, parent, plan, runId, state } = facts;
  const isFailureFlow = parent !== undefined && parent.task === undefined;
  if (outcome !== 'failed' || !error || !plan?.onFailure || isFailureFlow) return;
  const { node, ...what } = error;
  const trigger = state?.input ?? {};
  const text = trigger.text ?? '';
  try {
    await startRun({
      runId: derivedRunId(runId, task),
      origin,
      startedAt: Date.now(),
      flow: { id: plan.onFailure.flow },
      start: {
        input: { ...trigger, input: { run: runId, flow: plan.flow.id, node, error: { ...what }, text } },
      },
      ...(dry ? { dry } : {}),
      parent: { runId, depth: (parent?.depth ?? 0) + 1 },
    });
  } catch (thrown) {
    log.warn('a failure flow could not be started', { runId, error: String(thrown) });
  }
}
