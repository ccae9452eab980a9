import { CancellationScope } from '@temporalio/workflow';
import type { ConversationState, ConversationStatus, Pace } from '../contracts/conversation.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import type { MemoryRef } from '../contracts/memory.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { Run } from '../contracts/run.ts';
import type { LastWords, RunInput } from '../contracts/workflows.ts';
import { promotedText } from './commands.ts';
import { deliver } from './deliver.ts';
import { type Ending, endingOf, failedEnding, isFinal } from './ending.ts';
import { failedBy, nodeError } from './failure.ts';
import { FlowShell, NotHere } from './flow-shell.ts';
import type { NodeSuccess } from './nodes/index.ts';
import { deliverOnce, store } from './placement.ts';
import { startRun } from './promotion.ts';
import { keptOf, type RunFacts, recordOf, runOf, worthKeeping } from './run-view.ts';
import { contextOf, lastWordsStep, tell, type Voice, worthAnotherTry } from './telling.ts';

/** More items than this are a run of their own. */
const inlineFanOut = 20;

/** One message being worked off inside its conversation. */
export class Order {
  readonly message: InboundMessage;
  plan: FlowPlan | undefined;
  isCommand = false;
  private readonly memory: MemoryRef | undefined;
  private readonly pace: Pace;
  private readonly startedAt = Date.now();
  private shell: FlowShell | undefined;
  private stopped = false;
  /** Deliveries that failed once here, by task. */
  private readonly tried: string[] = [];
  /** Deliveries to others that were made, by step. */
  private readonly reached = new Set<string>();

  constructor(message: InboundMessage, memory: MemoryRef | undefined, pace: Pace) {
    this.message = message;
    this.memory = memory;
    this.pace = pace;
  }

  get runId(): string {
    return this.message.runId;
  }

  /** Runs the message's flow to its end, or until it is long in fact and goes on as a run of its own. Never throws. */
  async carryOut(known: FlowPlan | undefined, quarantined: string | undefined): Promise<Ending | 'moved'> {
    const { language } = this.message;
    try {
      if (quarantined) {
        const error = nodeError('MemoryDamaged', quarantined, language);
        return await this.sayLast(failedEnding({ ...error, node: null }, this.runId, language));
      }
      const plan = await this.planFrom(known);
      const moved = (await this.drive(plan)) === 'moved';
      const { shell } = this;
      if (!shell?.state) throw new Error('the flow never started');
      if (moved) return await this.promote(plan, shell.state);
      return await this.sayLast(endingOf(plan, shell.state, this.runId, language, true));
    } catch (thrown) {
      const { error } = failedBy(thrown, language);
      return await this.sayLast(failedEnding({ ...error, node: null }, this.runId, language));
    }
  }

  /** A command's answer. */
  async answer(text: string): Promise<Ending | 'moved'> {
    this.isCommand = true;
    return this.sayLast({
      outcome: 'answered',
      answer: text,
      error: null,
      lastWords: { text, outcome: 'answered' },
    });
  }

  /** Says what is still to be said. What cannot be delivered at once is left to a run of its own. */
  async sayLast(ending: Ending): Promise<Ending | 'moved'> {
    const { lastWords } = ending;
    if (!lastWords) return ending;
    try {
      await CancellationScope.nonCancellable(() => this.tell(lastWordsStep, lastWords));
      return ending;
    } catch (thrown) {
      if (!worthAnotherTry(thrown)) return { ...ending, outcome: 'failed', error: this.undelivered(thrown) };
      const { plan, shell } = this;
      await this.move({
        ...(plan && shell?.state ? { plan, state: shell.state } : {}),
        triedDeliveries: [lastWordsStep],
        lastWords: { ...lastWords, ...(ending.error ? { error: ending.error } : {}) },
      });
      return 'moved';
    }
  }

  stop(): void {
    this.stopped = true;
    this.shell?.cancel();
  }

  progress(): NonNullable<ConversationStatus['current']> {
    const nodes = this.shell?.state?.nodes ?? {};
    const node = Object.keys(nodes).find((id) => nodes[id]?.status === 'running');
    return {
      runId: this.runId,
      text: this.message.text,
      startedAt: this.startedAt,
      ...(node ? { node } : {}),
    };
  }

  view(): Run {
    return runOf(this.facts());
  }

  /** What is kept of it now that it has ended. */
  kept(ending: Ending): ConversationState['unrecorded'][number] {
    const facts = this.facts();
    const record = recordOf(facts, ending);
    if (this.isCommand) return { record: { ...record, intent: 'command' } };
    const kept = worthKeeping(record) ? keptOf(facts) : undefined;
    return { record, ...(kept ? { kept } : {}) };
  }

  private facts(): RunFacts {
    const { message, memory, plan, runId, startedAt } = this;
    const origin = { type: 'message' as const, message, memory: memory ?? emptyMemory(message) };
    return { runId, origin, startedAt, ...(plan ? { plan } : {}), state: this.shell?.state ?? null };
  }

  private async planFrom(known: FlowPlan | undefined): Promise<FlowPlan> {
    const { flow, account, conversation, boundIntents } = this.message;
    const same =
      flow &&
      known?.flow.id === flow.id &&
      known.flow.version === flow.version &&
      known.boundIntents?.fingerprint === boundIntents;
    this.plan = same ? known : await store.loadPlan(flow ?? null, { account, conversation });
    return this.plan;
  }

  private async drive(plan: FlowPlan): Promise<'ended' | 'moved'> {
    const { message, memory } = this;
    const shell = new FlowShell(plan, null, {
      plan,
      run: contextOf(this.runId, plan.flow, this.facts().origin),
      text: message.text,
      ...(memory ? { memory } : {}),
      deliver: (command, text) => this.deliver(plan, command, text),
    });
    this.shell = shell;
    shell.start('trigger.message', {
      text: message.text,
      sender: message.sender,
      conversation: message.conversation,
      attachments: message.attachments ?? [],
    });
    if (this.stopped) shell.cancel();
    return shell.drive((state, command) => this.isLong(plan, state, command));
  }

  /**
   * Long in fact: it waits, fans out widely, or has worked for long. What only waited for a busy worker is not long:
   * promoting it would add work where there is too much already.
   */
  private isLong(plan: FlowPlan, state: FlowState, command?: ExecuteCommand): boolean {
    const workedMs = Math.min(Date.now() - this.startedAt, this.shell?.workedMs ?? 0);
    if (this.tried.length > 0 || workedMs > this.pace.promoteAfterMs) return true;
    if (!command) return false;
    const { waits } = plan.nodes.find((node) => node.id === command.node)?.traits ?? {};
    return waits === true || (state.nodes[command.node]?.items?.length ?? 0) > inlineFanOut;
  }

  private async deliver(plan: FlowPlan, command: ExecuteCommand, text: string): Promise<NodeSuccess> {
    try {
      return await deliver(this.voiceOf(plan), command, text);
    } catch (thrown) {
      if (!worthAnotherTry(thrown)) throw thrown;
      this.tried.push(command.task);
      throw new NotHere(command.task);
    }
  }

  private voiceOf(plan: FlowPlan): Voice {
    return {
      run: contextOf(this.runId, plan.flow, this.facts().origin),
      message: this.message,
      type: 'reply',
      isFinal: (node) => (this.shell?.state ? isFinal(plan, this.shell.state, node) : true),
      toAsker: { retry: deliverOnce },
      toOthers: () => ({ retry: deliverOnce }),
      tried: [],
      reached: this.reached,
    };
  }

  private async promote(plan: FlowPlan, state: FlowState): Promise<'moved'> {
    if (this.tried.length === 0) {
      // Before the run goes on, so that it comes before its result; one that fails is not worth waiting for.
      const run = contextOf(this.runId, plan.flow, this.facts().origin);
      const text = promotedText(this.runId, this.message.language);
      await tell(
        { run, message: this.message, step: 'promoted', type: 'progress', text, final: false },
        { retry: deliverOnce },
      ).catch(() => {});
    }
    await this.move({ plan, state, triedDeliveries: this.tried, reached: [...this.reached] });
    return 'moved';
  }

  private async move(
    rest: Pick<RunInput, 'plan' | 'state' | 'triedDeliveries' | 'reached' | 'lastWords'>,
  ): Promise<void> {
    const { origin } = this.facts();
    const flow = this.plan?.flow ?? this.message.flow ?? { id: '' };
    await startRun({ runId: this.runId, origin, flow, startedAt: this.startedAt, ...rest });
  }

  private async tell(step: string, { text, outcome }: LastWords): Promise<void> {
    const run = contextOf(this.runId, this.plan?.flow, this.facts().origin);
    await tell(
      { run, message: this.message, step, type: 'reply', text, final: true, outcome },
      { retry: deliverOnce },
    );
  }

  private undelivered(thrown: unknown): Ending['error'] {
    return { ...failedBy(thrown, this.message.language).error, node: null };
  }
}

function emptyMemory(message: InboundMessage): MemoryRef {
  return { account: message.account, conversation: message.conversation, since: [] };
}
