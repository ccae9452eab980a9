import {
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { KeptRun } from '../contracts/kept-run.ts';
import type { Run, RunRecord } from '../contracts/run.ts';
import { queryNames, type RunInput, signalNames } from '../contracts/workflows.ts';
import { deliver } from './deliver.ts';
import { cancelledEnding, type Ending, endingOf, failedEnding, isFinal } from './ending.ts';
import { failedBy } from './failure.ts';
import { FlowShell } from './flow-shell.ts';
import { deliverPatiently, deliveryActivities, nodeOptions, store } from './placement.ts';
import { progressTable } from './progress-table.ts';
import { keptOf, type RunFacts, recordOf, runOf } from './run-view.ts';
import { upsertEnding } from './search-attributes.ts';
import { contextOf, lastWordsStep, tell, type Voice } from './telling.ts';

/** One execution of a flow version by itself: it starts here, or goes on from the state that it is handed. */
export async function run(input: RunInput): Promise<void> {
  const { origin, runId } = input;
  const language = origin.type === 'message' ? origin.message.language : origin.language;
  const facts: RunFacts = {
    runId,
    origin,
    startedAt: input.startedAt,
    ...(input.plan ? { plan: input.plan } : {}),
    state: input.state ?? null,
    ...(input.chosen ? { chosen: input.chosen } : {}),
  };
  let shell: FlowShell | undefined;
  let stopped = false;

  setHandler(defineSignal(signalNames.cancelRun), () => {
    stopped = true;
    shell?.cancel();
  });
  setHandler(defineQuery<Run | null>(queryNames.run), () => runOf(facts));

  const voiceOf = (plan: FlowPlan): Voice => ({
    run: contextOf(runId, plan.flow, origin),
    ...(origin.type === 'message' ? { message: origin.message } : {}),
    type: 'reply',
    isFinal: (node) => (facts.state ? isFinal(plan, facts.state, node) : true),
    toAsker: deliverPatiently,
    toOthers: ({ task, timeoutMs, retry }) => nodeOptions(timeoutMs, retry, task),
    tried: input.triedDeliveries ?? [],
    reached: new Set(input.reached),
  });

  const carryOut = async (): Promise<Ending> => {
    const plan = input.plan ?? (await store.loadPlan(input.flow));
    facts.plan = plan;
    const voice = voiceOf(plan);
    shell = new FlowShell(
      plan,
      input.state ?? null,
      {
        plan,
        run: contextOf(runId, plan.flow, origin),
        text: origin.type === 'message' ? origin.message.text : (origin.input.text ?? ''),
        ...(origin.type === 'message' ? { memory: origin.memory } : {}),
        deliver: (command, text) => deliver(voice, command, text),
      },
      (state) => {
        facts.state = state;
        setCurrentDetails(progressTable(plan, state));
      },
    );
    if (!input.state) {
      if (origin.type === 'message') throw new Error('a run of a message starts from the state it is handed');
      shell.start('trigger.webhook', origin.input);
    }
    if (stopped) shell.cancel();
    const how = await shell.drive(() => workflowInfo().continueAsNewSuggested);
    const { state } = shell;
    if (!state) throw new Error('the flow never started');
    if (how === 'moved') {
      await sleep(1);
      await continueAsNew<typeof run>({ ...input, plan, state });
    }
    return endingOf(plan, state, runId, language, origin.type === 'message');
  };

  const ending = input.lastWords
    ? {
        outcome: input.lastWords.outcome,
        answer: input.lastWords.text,
        error: input.lastWords.error ?? null,
        lastWords: input.lastWords,
      }
    : await carryOut().catch((thrown: unknown) => {
        if (isCancellation(thrown)) return cancelledEnding(null, false, language);
        if (thrown instanceof ContinueAsNew) throw thrown;
        return failedEnding({ ...failedBy(thrown, language).error, node: null }, runId, language);
      });

  await CancellationScope.nonCancellable(async () => {
    const told = await sayLast(input, facts, ending);
    const record = recordOf(facts, told);
    await keep(record, keptOf(facts));
    upsertEnding(told.outcome, record.intent);
    if (origin.type === 'message') {
      const { account, channel, conversation, id, text } = origin.message;
      const report = { runId, messageId: id, outcome: told.outcome, answer: told.answer, text };
      await deliveryActivities.reportRun({ account, channel, conversation, report });
    }
  });
}

/** Says what the flow did not say; when even that fails for good, the run has failed visibly. */
async function sayLast(input: RunInput, facts: RunFacts, ending: Ending): Promise<Ending> {
  const { origin } = input;
  if (!ending.lastWords || origin.type === 'api') return ending;
  const { outcome, text } = ending.lastWords;
  try {
    const earlierAttempts = input.triedDeliveries?.includes(lastWordsStep) ? 1 : 0;
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
        earlierAttempts,
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
