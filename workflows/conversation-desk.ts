import { CancellationScope, getExternalWorkflowHandle, log, sleep } from '@temporalio/workflow';
import type { ConversationInput, ConversationState, ConversationStatus } from '../contracts/conversation.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { Run } from '../contracts/run.ts';
import { type HeldStatus, type RunReport, signalNames } from '../contracts/workflows.ts';
import { type Command, helpText, runsText, statusText, stoppedText } from './commands.ts';
import { cancelledEnding, type Ending } from './ending.ts';
import { failedBy } from './failure.ts';
import { MemoryWindow } from './memory-window.ts';
import { Order } from './order.ts';
import { store } from './placement.ts';
import { Seen } from './seen.ts';

/** How many ended runs `/runs` remembers. */
const recentKept = 8;

/** Everything a conversation holds, and what is done with it. One order is worked off at a time. */
export class ConversationDesk {
  readonly inbox: InboundMessage[];
  ready = false;
  private readonly input: ConversationInput;
  private current: Order | undefined;
  /** Commands, and orders that are being told that they were stopped. */
  private readonly aside = new Set<Order>();
  private memory: MemoryWindow;
  private seen: Seen;
  private active: ConversationState['active'];
  private recent: ConversationState['recent'];
  private unrecorded: ConversationState['unrecorded'];
  private plan: FlowPlan | undefined;
  private quarantined: string | undefined;
  private changed = false;

  constructor(input: ConversationInput) {
    const { state } = input;
    this.input = input;
    this.inbox = state?.inbox ?? [];
    this.seen = new Seen(state?.seen ?? []);
    this.memory = new MemoryWindow(state ?? { window: [], windowSaved: 0 });
    this.active = state?.active ?? [];
    this.recent = state?.recent ?? [];
    this.unrecorded = state?.unrecorded ?? [];
    this.plan = state?.plan;
    this.quarantined = state?.quarantined;
    this.ready = state !== undefined;
  }

  /** Brings back what was kept when the conversation last completed. While the store is away, messages wait here. */
  async recall(): Promise<void> {
    for (let pause = 1_000; !this.ready; pause = Math.min(pause * 2, 30_000)) {
      try {
        await this.recallOnce();
        this.ready = true;
      } catch (thrown) {
        log.warn('memory cannot be recalled yet', { error: failedBy(thrown, 'en').error.message });
        await sleep(pause);
      }
    }
  }

  private async recallOnce(): Promise<void> {
    const { account, conversation } = this.input;
    try {
      const kept = await store.recall({ account, conversation });
      this.quarantined = undefined;
      if (kept && !this.memory.continues) {
        this.memory.recall(kept.snapshot, kept.ref);
        this.seen = new Seen([...kept.snapshot.seen, ...this.seen.buckets()]);
      }
    } catch (thrown) {
      const { error } = failedBy(thrown, 'en');
      if (error.type !== 'MemoryDamaged') throw thrown;
      this.quarantined = error.message;
    }
  }

  isNew(message: InboundMessage): boolean {
    this.changed = true;
    return this.seen.add(message.runId, Date.now());
  }

  /** Works one order off: answered, failed, stopped, or gone on to a run of its own. */
  async workOff(message: InboundMessage): Promise<void> {
    if (this.quarantined) await this.recallOnce().catch(() => {});
    const order = new Order(message, this.memory.ref(message.account, message.conversation), this.input.pace);
    this.current = order;
    const ending = await order.carryOut(this.plan, this.quarantined);
    this.plan = order.plan ?? this.plan;
    this.current = undefined;
    if (ending === 'moved') {
      this.active.push({
        runId: message.runId,
        messageId: message.id,
        text: message.text,
        startedAt: Date.now(),
      });
      return;
    }
    if (ending.error?.type === 'MemoryDamaged') this.quarantined = ending.error.message;
    await this.close(order, ending);
  }

  /** A slash command: at once, beside the line. */
  async obey(message: InboundMessage, command: Command): Promise<void> {
    const { language } = message;
    const answers: Record<Command['name'], () => string | Promise<string>> = {
      help: () => helpText(language),
      status: () => statusText(this.status(), Date.now(), language),
      runs: () => runsText(this.runs(), language),
      stop: async () => stoppedText(await this.stop(command.argument), language),
    };
    const answer = await answers[command.name]();
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
    for (const run of this.active.filter((one) => wanted(one.runId))) {
      // A run that has just ended is reported by itself.
      await getExternalWorkflowHandle(`run:${run.runId}`)
        .signal(signalNames.cancelRun)
        .catch(() => {});
      stopped += 1;
    }
    await Promise.all(
      queued.map((message) =>
        this.endBeside(message, (order) => order.sayLast(cancelledEnding(null, false, message.language))),
      ),
    );
    return stopped + queued.length;
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

  runEnded(report: RunReport): void {
    const run = this.active.find((one) => one.runId === report.runId);
    if (!run) return;
    this.active.splice(this.active.indexOf(run), 1);
    this.remember(run.runId, run.text, run.startedAt, report);
  }

  status(): ConversationStatus {
    return {
      queued: this.inbox.length,
      ...(this.current ? { current: this.current.progress() } : {}),
      active: this.active,
      ...(this.quarantined ? { quarantined: this.quarantined } : {}),
    };
  }

  holds(messageIds: string[]): Record<string, HeldStatus> {
    const held = new Set([
      ...this.inbox.map((message) => message.id),
      ...this.unrecorded.flatMap(({ record }) => record.messageId ?? []),
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

  /** Before the conversation completes: everything it holds is kept elsewhere. False when that was not possible. */
  async settle(): Promise<boolean> {
    await this.flushRecords();
    if (this.changed || this.memory.unsaved > 0) await this.saveSnapshot();
    return this.idle;
  }

  /** Nothing here that is not kept elsewhere. */
  get idle(): boolean {
    const empty = this.inbox.length === 0 && this.active.length === 0 && this.unrecorded.length === 0;
    return empty && !this.changed && this.memory.unsaved === 0;
  }

  state(): ConversationState {
    return {
      inbox: this.inbox,
      seen: this.seen.buckets(),
      ...this.memory.state(),
      active: this.active,
      recent: this.recent,
      unrecorded: this.unrecorded,
      ...(this.plan ? { plan: this.plan } : {}),
      ...(this.quarantined ? { quarantined: this.quarantined } : {}),
    };
  }

  private runs(): Parameters<typeof runsText>[0] {
    return [
      ...this.recent,
      ...this.active.map((run) => ({ ...run, outcome: 'running' as const })),
      ...(this.current ? [{ ...this.current.progress(), outcome: 'running' as const }] : []),
      ...this.inbox.map(({ runId, text }) => ({ runId, text, outcome: 'queued' as const })),
    ].slice(-20);
  }

  /** An order ended here: remember it, and keep its record. */
  private async close(order: Order, ending: Ending): Promise<void> {
    const { message } = order;
    this.unrecorded.push(order.kept(ending));
    if (!order.isCommand) {
      this.remember(order.runId, message.text, Date.parse(message.acceptedAt), ending);
    }
    await Promise.all([this.flushRecords(), this.memory.due ? this.saveSnapshot() : undefined]);
  }

  private remember(runId: string, text: string, at: number, end: Pick<Ending, 'outcome' | 'answer'>): void {
    this.recent = [...this.recent, { runId, text: text.slice(0, 200), outcome: end.outcome }].slice(
      -recentKept,
    );
    this.memory.remember('user', text, at);
    if (end.answer) this.memory.remember('assistant', end.answer, Date.now());
  }

  private async flushRecords(): Promise<void> {
    const entries = this.unrecorded.slice();
    await Promise.all(
      entries.map(async (entry) => {
        const { record, kept } = entry;
        try {
          await CancellationScope.nonCancellable(() => store.record(record, ...(kept ? [kept] : [])));
          const at = this.unrecorded.indexOf(entry);
          if (at >= 0) this.unrecorded.splice(at, 1);
        } catch (thrown) {
          log.warn('a run record could not be written yet', { runId: record.id, error: String(thrown) });
        }
      }),
    );
  }

  private async saveSnapshot(): Promise<void> {
    // What could not be read must not be replaced by the little that was said since.
    if (this.quarantined && !this.memory.continues) return;
    const length = this.memory.length;
    this.changed = false;
    try {
      this.memory.saved(await store.saveSnapshot(this.memory.next(this.input, this.seen)), length);
    } catch (thrown) {
      this.changed = true;
      log.warn('a snapshot could not be saved yet', { error: failedBy(thrown, 'en').error.message });
    }
  }
}
