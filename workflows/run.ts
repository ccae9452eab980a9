import {
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Approval, Decision, DecisionResult } from '../contracts/approval.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { Run } from '../contracts/run.ts';
import {
  queryNames,
  type RunInput,
  type RunResult,
  type RunSignal,
  signalNames,
  updateNames,
} from '../contracts/workflows.ts';
import { ApprovalDesk } from './approval-desk.ts';
import { close } from './closing.ts';
import { promotedText } from './command-texts.ts';
import { deliver } from './deliver.ts';
import { cancelledEnding, type Ending, endingOf, failedEnding, isFinal } from './ending.ts';
import { failedBy, nodeError } from './failure.ts';
import { FlowShell, NotHere } from './flow-shell.ts';
import { Mailbox } from './mailbox.ts';
import type { ChosenFlow, NodeContext } from './nodes/index.ts';
import { deadlineOf } from './own-run.ts';
import { deliverPatiently, nodeOptions, store } from './placement.ts';
import { Progress } from './progress.ts';
import { progressTable } from './progress-table.ts';
import { inputOfChosen, startOf, triedIn } from './run-input.ts';
import { isWaiting, type RunFacts, runOf } from './run-view.ts';
import { Standing } from './standing.ts';
import { contextOf, type Voice } from './telling.ts';

/** Short enough to be replayed quickly, and far from the server's limits. */
const eventsPerExecution = 2_000;

function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= eventsPerExecution;
}

/** One execution of a flow version by itself: it starts here, or goes on from the state that it is handed. */
export async function run(input: RunInput): Promise<RunResult> {
  const { origin, parent, runId } = input;
  const language = origin.type === 'message' ? origin.message.language : origin.language;
  const facts: RunFacts = { ...input, state: input.state ?? null };
  const mailbox = new Mailbox(input.mail);
  const approvals = new ApprovalDesk(input.approvals);
  const reached = new Set(input.reached);
  const standing = new Standing(input);
  /** What subflows said before the flow went on here. */
  const early: (() => void)[] = [];
  let shell: FlowShell | undefined;
  let stopped = false;
  /** The flow that is bound to what the person wants: this one then stands still. */
  let left: ChosenFlow | undefined;
  /** What the person sees of it, where the channel can change what it said. */
  const progress =
    origin.type === 'message' && !parent
      ? new Progress(
          contextOf(runId, input.flow, origin),
          origin.message,
          promotedText(runId, language),
          input.progress,
        )
      : undefined;
  const mayLeave = origin.type === 'message' && !parent && !input.chosen;

  setHandler(defineSignal(signalNames.cancelRun), () => {
    stopped = true;
    shell?.cancel();
  });
  setHandler(defineSignal<[RunSignal]>(signalNames.mail), (letter) => {
    if (letter?.type === 'standing') {
      const { task, waits } = letter;
      if (shell) shell.stand(String(task), waits === true);
      else early.push(() => shell?.stand(String(task), waits === true));
      return;
    }
    const dropped = mailbox.put(letter);
    if (dropped) log.warn('the oldest letter of a run was dropped: too many wait', { type: dropped.type });
  });
  setHandler(defineUpdate<DecisionResult, [Decision]>(updateNames.decide), (decision) =>
    approvals.decide(decision),
  );
  setHandler(defineQuery<Run | null>(queryNames.run), () => runOf(facts));
  setHandler(defineQuery<Approval[]>(queryNames.approvals), () => approvals.pending());

  /** A run that is part of another says nothing final: the other one does. */
  const voiceOf = (plan: FlowPlan): Voice => ({
    run: contextOf(runId, plan.flow, origin),
    ...(origin.type === 'message' ? { message: origin.message } : {}),
    type: parent ? 'progress' : 'reply',
    isFinal: (node) => !parent && (facts.state ? isFinal(plan, facts.state, node) : true),
    toAsker: deliverPatiently,
    toOthers: ({ task, timeoutMs, retry }) => nodeOptions(timeoutMs, retry, task),
    tried: triedIn(input),
    reached,
    ...(progress ? { progress } : {}),
  });

  const contextFor = (plan: FlowPlan): NodeContext => {
    const voice = voiceOf(plan);
    return {
      plan,
      run: voice.run,
      text: origin.type === 'message' ? origin.message.text : (origin.input.text ?? ''),
      ...(origin.type === 'message' ? { memory: origin.memory } : {}),
      dry: input.dry ?? false,
      own: {
        origin,
        depth: parent?.depth ?? 0,
        deadline: deadlineOf(input.startedAt),
        mailbox,
        mailTo: workflowInfo().workflowId,
        approvals,
        input: () => facts.state?.input ?? {},
        isParked: (task) => shell?.isParked(task) ?? false,
      },
      deliver: (command, text) => deliver(voice, command, text),
      ...(mayLeave
        ? {
            leaveTo: (chosen: ChosenFlow) => {
              left = chosen;
              throw new NotHere(chosen.flow);
            },
          }
        : {}),
    };
  };

  const carryOut = async (): Promise<Ending> => {
    const plan = input.plan ?? (await store.loadPlan(input.flow));
    facts.plan = plan;
    shell = new FlowShell(plan, input.state ?? null, contextFor(plan), (state) => {
      facts.state = state;
      setCurrentDetails(progressTable(plan, state));
      progress?.update(plan, state);
      standing.tell(isWaiting(facts));
    });
    for (const said of early) said();
    if (!input.state) shell.start(startOf(input));
    if (stopped) shell.cancel();
    const how = await shell.drive(isHistoryLong);
    if (how === 'moved') {
      await Promise.all([sleep(1), standing.settled()]);
      if (left) await continueAsNew<typeof run>(inputOfChosen(input, left));
      const shown = await progress?.pause();
      const carried = {
        mail: mailbox.all(),
        approvals: approvals.all(),
        reached: [...reached],
        toldWaiting: standing.told,
        ...(shown ? { progress: shown } : {}),
        ...(shell.state ? { state: shell.state } : {}),
      };
      await continueAsNew<typeof run>({ ...input, plan, ...carried });
    }
    const { state } = shell;
    if (!state) throw new Error('the flow never started');
    if (how === 'overdue') {
      const error = nodeError('RunLimit', 'the run did not end within the time that runs may take', language);
      return failedEnding({ ...error, node: null }, runId, language);
    }
    return endingOf(plan, state, runId, language, origin.type === 'message' && !parent);
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

  return CancellationScope.nonCancellable(async () => {
    await shell?.quiet();
    return close(input, facts, ending, await progress?.end());
  });
}
