import type { Pace } from '../contracts/conversation.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import type { MemoryRef } from '../contracts/memory.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunInput, ShownProgress } from '../contracts/workflows.ts';
import { deliver } from './deliver.ts';
import { isFinal } from './ending.ts';
import { FlowShell, NotHere } from './flow-shell.ts';
import type { ChosenFlow, NodeContext, NodeSuccess } from './nodes/index.ts';
import { deliverOnce } from './placement.ts';
import { Progress } from './progress.ts';
import { workingText } from './progress-text.ts';
import { inputOfMessage } from './run-input.ts';
import { contextOf, type Voice } from './telling.ts';
import { traitsOf } from './traits-of.ts';
import { deliveryFailureOf, worthAnotherTry } from './undeliverable.ts';

/** More items than this are a run of their own. */
const inlineFanOut = 20;

/** What a flow in a conversation works for. */
export interface InlineWork {
  message: InboundMessage;
  memory: MemoryRef;
  pace: Pace;
  startedAt: number;
  /** By the flow that chose this one. */
  shown?: ShownProgress | undefined;
}

/** A flow version at work inside a conversation: until it ends, is long in fact, or leaves the rest to another flow. */
export class InlineFlow {
  readonly plan: FlowPlan;
  /** Deliveries that failed once here, by task, with how many of their messages arrived. */
  readonly tried = new Map<string, number>();
  readonly progress: Progress;
  /** Deliveries to others that were made, by step. */
  readonly reached = new Set<string>();
  /** The flow that the person's intent is bound to; this one then stands still. */
  chosen: ChosenFlow | undefined;
  /** It moves because no model answers, and is to wait for one. */
  lacksModel = false;
  private readonly work: InlineWork;
  private readonly shell: FlowShell;

  constructor(plan: FlowPlan, work: InlineWork, chosen?: RunInput['chosen']) {
    const { message, memory } = work;
    const run = contextOf(message.runId, plan.flow, { type: 'message', message, memory });
    this.plan = plan;
    this.work = work;
    this.progress = new Progress(run, message, workingText(message.language), work.shown);
    const voice = this.voiceFor(run, message);
    const context: NodeContext = {
      plan,
      run,
      text: message.text,
      memory,
      deliver: (command, text) => this.deliver(voice, command, text),
      leaveTo: (chosen) => {
        this.chosen = chosen;
        throw new NotHere(chosen.flow);
      },
      waitElsewhere: (task) => {
        this.lacksModel = true;
        throw new NotHere(task);
      },
    };
    this.shell = new FlowShell(plan, null, context, (state) => this.progress.update(plan, state));
    this.shell.start({ kind: 'trigger.message', input: inputOfMessage(message, chosen) });
  }

  get state(): FlowState | null {
    return this.shell.state;
  }

  async drive(): Promise<'ended' | 'moved'> {
    const how = await this.shell.drive((state, command) => this.isLong(state, command));
    return how === 'moved' ? how : 'ended';
  }

  stop(): void {
    this.shell.cancel();
  }

  /**
   * Long in fact: it waits, fans out widely, or has worked for long. What only waited for a busy worker is not long:
   * promoting it would add work where there is too much already.
   */
  private isLong(state: FlowState, command?: ExecuteCommand): boolean {
    const { pace, startedAt } = this.work;
    const workedMs = Math.min(Date.now() - startedAt, this.shell.workedMs);
    if (this.tried.size > 0 || workedMs > pace.promoteAfterMs) return true;
    if (!command) return false;
    const { ownRun, waits } = traitsOf(this.plan, command);
    const isWide = (state.nodes[command.node]?.items?.length ?? 0) > inlineFanOut;
    return waits === true || ownRun === true || isWide;
  }

  private async deliver(voice: Voice, command: ExecuteCommand, text: string): Promise<NodeSuccess> {
    try {
      return await deliver(voice, command, text);
    } catch (thrown) {
      if (!worthAnotherTry(thrown)) throw thrown;
      this.tried.set(command.task, deliveryFailureOf(thrown).posted);
      throw new NotHere(command.task);
    }
  }

  private voiceFor(run: Voice['run'], message: InboundMessage): Voice {
    return {
      run,
      message,
      type: 'reply',
      isFinal: (node) => (this.state ? isFinal(this.plan, this.state, node) : true),
      toAsker: { retry: deliverOnce },
      toOthers: () => ({ retry: deliverOnce }),
      tried: new Map(),
      progress: this.progress,
      reached: this.reached,
    };
  }
}
