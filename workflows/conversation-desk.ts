import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { ConversationInput, ConversationState, ConversationStatus } from '../contracts/conversation.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { NoteChange } from '../contracts/memory.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { Run } from '../contracts/run.ts';
import { type HeldStatus, type RunReport, signalNames } from '../contracts/workflows.ts';
import { joined } from './collecting.ts';
import { answerTo } from './command-answers.ts';
import type { Command } from './commands.ts';
import { apply, ConversationMemory } from './conversation-memory.ts';
import { cancelledEnding, type Ending, superseded } from './ending.ts';
import { Order } from './order.ts';
import { type ListedRun, RunList } from './run-list.ts';
import { Unrecorded } from './unrecorded.ts';

/** Everything a conversation holds, and what is done with it. One order is worked off at a time. */
export class ConversationDesk {
  readonly inbox: InboundMessage[];
  readonly memory: ConversationMemory;
  private readonly input: ConversationInput;
  private readonly runs: RunList;
  private readonly unrecorded: Unrecorded;
  private current: Order | undefined;
  /** Commands, and orders that are being told that they were stopped. */
  private readonly aside = new Set<Order>();
  private plan: FlowPlan | undefined;

  constructor(input: ConversationInput) {
    const { state } = input;
    this.input = input;
    this.inbox = state?.inbox ?? [];
    this.memory = new ConversationMemory(input);
    this.runs = new RunList(state);
    this.unrecorded = new Unrecorded(state?.unrecorded);
    this.plan = state?.plan;
  }

  /** Works one order off: answered, failed, stopped, or gone on to a run of its own. */
  async workOff(message: InboundMessage): Promise<void> {
    const { memory, plan } = this;
    await memory.mend();
    const { model } = memory;
    const asked = model === undefined ? message : { ...message, model };
    const order = new Order(asked, memory.ref(), this.input.pace);
    this.current = order;
    const ending = await order.carryOut({ plan, flow: memory.flow, quarantined: memory.quarantined });
    this.plan = order.plan ?? this.plan;
    this.current = undefined;
    if (ending === 'moved') {
      this.runs.left(message);
      return;
    }
    if (ending.error?.type === 'MemoryDamaged') memory.quarantined = ending.error.message;
    await this.close(order, ending);
  }

  /** Works several messages off as one order, the last's; the others end with it. */
  async workOffTogether(earlier: readonly InboundMessage[], last: InboundMessage): Promise<void> {
    const carried = earlier.map((one) => new Order(one, undefined, this.input.pace));
    for (const one of carried) this.aside.add(one);
    await this.workOff(joined(earlier, last));
    for (const one of carried) {
      this.unrecorded.add(one.keptWith(last));
      this.aside.delete(one);
    }
    await this.unrecorded.flush();
  }

  /** A slash command: at once, beside the line. */
  async obey(message: InboundMessage, command: Command): Promise<void> {
    const answer = await answerTo(command, message, this);
    await this.endBeside(message, (order) => order.answer(answer));
  }

  /** Stops one run, or all of the conversation's when the id is empty. Returns how many were there to stop. */
  async stop(runId: string): Promise<number> {
    const wanted = (id: string): boolean => runId === '' || id === runId;
    let stopped = 0;
    if (this.current && wanted(this.current.runId)) {
      this.current.stop();
      stopped += 1;
    }
    const queued = this.inbox.filter((message) => wanted(message.runId));
    for (const message of queued) this.inbox.splice(this.inbox.indexOf(message), 1);
    for (const run of this.runs.active.filter((one) => wanted(one.runId))) {
      stopped += 1;
      await getExternalWorkflowHandle(`run:${run.runId}`)
        .signal(signalNames.cancelRun)
        // One that has just ended is reported by itself; nobody but us looks for one that no message asked for.
        .catch(() => run.resumed && this.runs.ended(run));
    }
    await Promise.all(
      queued.map((message) =>
        this.endBeside(message, (order) => order.sayLast(cancelledEnding(null, false, message.language))),
      ),
    );
    return stopped + queued.length;
  }

  /** For a message that takes the place of what is in hand and in line; runs that left go on. */
  async makeWay(): Promise<void> {
    this.current?.stop({ superseded: true });
    const passed = this.inbox.splice(0);
    await Promise.all(
      passed.map((message) =>
        this.endBeside(message, (order) => {
          const { language } = message;
          return order.sayLast(superseded(cancelledEnding(null, false, language), language));
        }),
      ),
    );
  }

  /** Ends a message beside the line; it is held until its record is kept. */
  private async endBeside(
    message: InboundMessage,
    end: (order: Order) => Promise<Ending | 'moved'>,
  ): Promise<void> {
    const order = new Order(message, undefined, this.input.pace);
    this.aside.add(order);
    try {
      const ending = await end(order);
      if (ending !== 'moved') await this.close(order, ending);
    } finally {
      this.aside.delete(order);
    }
  }

  /** Remembers what the person was told at the end of a run: one that left from here, or one that goes on from it. */
  runEnded(report: RunReport): void {
    const run = this.runs.ended(report);
    const isNew = this.memory.isNew(report.runId);
    if (run) this.remember(run, run.resumed ? undefined : run.startedAt, report);
    else if (isNew) this.remember({ runId: report.runId, text: report.text ?? '' }, undefined, report);
  }

  /** A run goes on from one that ended here; unless it has ended as well by now. */
  resumed({ runId, text }: { runId: string; text: string }, messageId: string): void {
    if (this.memory.hasSeen(runId)) return;
    this.runs.active.push({ runId, messageId, text, startedAt: Date.now(), resumed: true });
  }

  /** What a flow wants noted, or forgotten. */
  note(change: NoteChange): void {
    const isDone = this.memory.note((notes) => apply(change, notes));
    if (!isDone) log.warn('a note of a flow was not taken: it is empty or too long, or there are too many');
  }

  status(): ConversationStatus {
    const { quarantined } = this.memory;
    return {
      queued: this.inbox.length,
      ...(this.current ? { current: this.current.progress() } : {}),
      active: this.runs.active,
      ...(quarantined ? { quarantined } : {}),
    };
  }

  holds(messageIds: string[]): Record<string, HeldStatus> {
    const held = new Set([
      ...this.inbox.map((message) => message.id),
      ...this.unrecorded.messageIds(),
      ...[...this.aside, ...(this.current ? [this.current] : [])].map(({ message }) => message.id),
    ]);
    return Object.fromEntries(messageIds.filter((id) => held.has(id)).map((id) => [id, 'running']));
  }

  view(runId: string): Run | null {
    const order = [...this.aside, this.current].find((one) => one?.runId === runId);
    if (order) return order.view();
    const message = this.inbox.find((one) => one.runId === runId);
    return message ? new Order(message, undefined, this.input.pace).view() : null;
  }

  listRuns(): ListedRun[] {
    return this.runs.all(this.current?.progress(), this.inbox);
  }

  /** Before the conversation completes: everything it holds is kept elsewhere. False when that was not possible. */
  async settle(): Promise<boolean> {
    await this.unrecorded.flush();
    if (!this.memory.isSaved) await this.memory.save();
    return this.idle;
  }

  /** Nothing here that is not kept elsewhere. */
  get idle(): boolean {
    const isEmpty = this.inbox.length === 0 && this.runs.active.length === 0 && this.unrecorded.isEmpty;
    return isEmpty && this.memory.isSaved;
  }

  state(): ConversationState {
    return {
      inbox: this.inbox,
      ...this.memory.state(),
      ...this.runs.state(),
      unrecorded: this.unrecorded.all(),
      ...(this.plan ? { plan: this.plan } : {}),
    };
  }

  /** An order ended here: remember it, and keep its record. */
  private async close(order: Order, ending: Ending): Promise<void> {
    const { message } = order;
    this.unrecorded.add(order.kept(ending));
    if (!order.isCommand) this.remember(message, Date.parse(message.acceptedAt), ending);
    await Promise.all([this.unrecorded.flush(), this.memory.isDue ? this.memory.save() : undefined]);
  }

  /** `askedAt`: absent when what was asked is remembered already. */
  private remember(
    { runId, text }: { runId: string; text: string },
    askedAt: number | undefined,
    { outcome, answer }: Pick<Ending, 'outcome' | 'answer'>,
  ): void {
    this.runs.add({ runId, text, outcome });
    if (askedAt !== undefined) this.memory.remember('user', text, askedAt);
    if (answer) this.memory.remember('assistant', answer, Date.now());
  }
}
