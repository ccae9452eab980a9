import { getExternalWorkflowHandle, log, sleep } from '@temporalio/workflow';
import type { KeptRun } from '../contracts/kept-run.ts';
import type { RunRecord } from '../contracts/run.ts';
import {
  type RunInput,
  type RunResult,
  type RunSignal,
  type ShownProgress,
  signalNames,
} from '../contracts/workflows.ts';
import { resultOf } from '../engine/index.ts';
import type { Ending } from './ending.ts';
import { failedBy } from './failure.ts';
import { startFailureFlow } from './failure-flow.ts';
import { deliverPatiently, deliveryActivities, store } from './placement.ts';
import { triedIn } from './run-input.ts';
import { keptOf, type RunFacts, recordOf } from './run-view.ts';
import { upsertEnding } from './search-attributes.ts';
import { contextOf, lastWordsStep, tell } from './telling.ts';

/** Everything that is left to do when a run has ended: tell who asked, keep its record, report. */
export async function close(
  input: RunInput,
  facts: RunFacts,
  ending: Ending,
  shown?: ShownProgress,
): Promise<RunResult> {
  const told = await sayLast(input, facts, ending, shown);
  const record = recordOf(facts, told);
  await keep(record, keptOf(facts));
  upsertEnding(told.outcome, record.intent);
  const result = resultFor(facts, told);
  await report(input, told, result);
  await startFailureFlow(facts, told);
  return result;
}

/** What it gives to the run that it is part of. */
function resultFor({ plan, state }: RunFacts, { error, outcome }: Ending): RunResult {
  const why = error && { type: error.type, message: error.message, userMessage: error.userMessage };
  return { outcome, output: plan && state ? resultOf(plan, state) : null, error: why };
}

/** Says what the flow did not say; when even that fails for good, the run has failed visibly. */
async function sayLast(
  input: RunInput,
  facts: RunFacts,
  ending: Ending,
  shown: ShownProgress | undefined,
): Promise<Ending> {
  const { origin, parent } = input;
  if (!ending.lastWords || origin.type === 'api' || parent) return ending;
  const { outcome, text } = ending.lastWords;
  try {
    const posted = triedIn(input).get(lastWordsStep);
    const run = contextOf(input.runId, facts.plan?.flow, origin);
    await tell(
      {
        run,
        message: origin.message,
        step: lastWordsStep,
        type: 'reply',
        text,
        final: true,
        outcome,
        earlierAttempts: posted === undefined ? 0 : 1,
        posted: posted ?? 0,
        regrets: ending.error?.type === 'DeliveryFailed',
        ...(shown ? { edits: shown.providerId } : {}),
      },
      deliverPatiently,
    );
    return ending;
  } catch (thrown) {
    const { error } = failedBy(thrown, origin.message.language);
    return { ...ending, outcome: 'failed', error: { ...error, node: null } };
  }
}

/** The record has to be kept; a store that is away is waited for. */
async function keep(record: RunRecord, kept: KeptRun | undefined): Promise<void> {
  for (let pause = 1_000; ; pause = Math.min(pause * 2, 60_000)) {
    try {
      await store.record(record, ...(kept ? [kept] : []));
      return;
    } catch (thrown) {
      log.warn('a run record could not be written yet', { error: String(thrown) });
      await sleep(pause);
    }
  }
}

/** To the conversation of who asked, or to the run that this one is part of. */
async function report({ origin, parent, runId }: RunInput, told: Ending, result: RunResult): Promise<void> {
  if (parent?.mailTo) {
    const letter: RunSignal = { type: 'subflow', runId, result };
    await getExternalWorkflowHandle(parent.mailTo)
      .signal(signalNames.mail, letter)
      // It has ended and does not want to know any more.
      .catch(() => {});
  }
  if (parent || origin.type === 'api') return;
  const { account, channel, conversation, id, text } = origin.message;
  const { answer, outcome } = told;
  const report = { runId, messageId: id, outcome, answer, text };
  await deliveryActivities.reportRun({ account, channel, conversation, report });
}
