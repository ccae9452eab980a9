import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ConversationInput, ConversationStatus } from '../contracts/conversation.ts';
import type { NoteChange } from '../contracts/memory.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { Run } from '../contracts/run.ts';
import { type HeldStatus, queryNames, type RunReport, signalNames } from '../contracts/workflows.ts';
import { collectable, gathered } from './collecting.ts';
import { commandOf } from './commands.ts';
import { ConversationDesk } from './conversation-desk.ts';

const messageSignal = defineSignal<[InboundMessage]>(signalNames.message);
const runEndedSignal = defineSignal<[RunReport]>(signalNames.runEnded);
const noteSignal = defineSignal<[NoteChange]>(signalNames.note);
const cancelRunSignal = defineSignal<[string]>(signalNames.cancelRun);
const statusQuery = defineQuery<ConversationStatus>(queryNames.status);
const holdsQuery = defineQuery<Record<string, HeldStatus>, [string[]]>(queryNames.holds);
const runQuery = defineQuery<Run | null, [string]>(queryNames.run);

/**
 * Each execution serves this many orders at most: what the SDK keeps for the life of one (a handler for each activity
 * and condition on its root scope) grows with every order, and a short history is quickly replayed.
 */
const ordersPerExecution = 50;

/**
 * One chat thread of an account, as an entity. Handlers only take in; each order is worked off inside a boundary that
 * turns any failure into an end of its message, so the conversation itself never fails.
 */
export async function conversation(input: ConversationInput): Promise<void> {
  const desk = new ConversationDesk(input);
  let lastActivity = Date.now();
  let idle = false;
  /** Commands and other small work beside the line. */
  let aside = 0;

  const beside = async (work: () => Promise<void>): Promise<void> => {
    aside += 1;
    try {
      await work();
    } finally {
      aside -= 1;
      lastActivity = Date.now();
    }
  };

  /** Without a pause: what a handler still has in hand when the execution ends would be lost. */
  const admit = (message: InboundMessage): void => {
    if (!desk.memory.isNew(message.runId)) return;
    lastActivity = Date.now();
    const command = commandOf(message.text);
    if (command) {
      void beside(() => desk.obey(message, command));
      return;
    }
    if (message.queue === 'interrupt') void beside(() => desk.makeWay());
    desk.inbox.push(message);
  };
  /** What came before the memory was there, which knows what was seen. */
  const early: (() => void)[] = [];
  const onceRemembering = (take: () => void): void => {
    if (desk.memory.ready) take();
    else early.push(take);
  };

  setHandler(messageSignal, (message) => onceRemembering(() => admit(message)));
  setHandler(runEndedSignal, (report) => onceRemembering(() => desk.runEnded(report)));
  setHandler(noteSignal, (change) => onceRemembering(() => desk.note(change)));
  setHandler(cancelRunSignal, (runId) => beside(async () => void (await desk.stop(runId))));
  setHandler(statusQuery, () => desk.status());
  setHandler(holdsQuery, (ids) => desk.holds(ids));
  setHandler(runQuery, (runId) => desk.view(runId));

  /** One timer per idle time, not one per message. */
  const watchIdle = async (): Promise<void> => {
    for (;;) {
      const left = lastActivity + input.pace.idleAfterMs - Date.now();
      if (left <= 0) {
        idle = true;
        await condition(() => !idle);
        lastActivity = Date.now();
      } else await sleep(left);
    }
  };

  /** Lets a task pass that holds no local activity: a signal that arrives at its end then repeats none of them. */
  const quiet = async (): Promise<void> => {
    do {
      await condition(() => aside === 0);
      await sleep(1);
    } while (aside > 0);
  };

  const live = async (): Promise<void> => {
    await desk.memory.recall();
    for (const take of early.splice(0)) take();
    void watchIdle();
    for (let orders = 0; ; ) {
      await condition(() => desk.inbox.length > 0 || idle || workflowInfo().continueAsNewSuggested);
      if (desk.inbox[0]?.queue === 'collect') await gathered(desk.inbox);
      const earlier = desk.inbox.splice(0, collectable(desk.inbox));
      const message = earlier.pop();
      if (message) {
        await (earlier.length > 0 ? desk.workOffTogether(earlier, message) : desk.workOff(message));
        orders += 1;
        lastActivity = Date.now();
      } else if (idle) {
        const settled = aside === 0 && (await desk.settle());
        await quiet();
        if (settled && desk.idle) return;
        idle = false;
      }
      if (orders >= ordersPerExecution || workflowInfo().continueAsNewSuggested) {
        await quiet();
        await continueAsNew<typeof conversation>({ ...input, state: desk.state() });
      }
    }
  };

  try {
    await live();
  } catch (thrown) {
    if (!isCancellation(thrown)) throw thrown;
    await CancellationScope.nonCancellable(async () => {
      await desk.stop('');
      await condition(() => aside === 0);
    });
  }
}
