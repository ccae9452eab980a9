import type { Pace } from '../contracts/conversation.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import type { MemoryRef } from '../contracts/memory.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunInput } from '../contracts/workflows.ts';
import { deliver } from './deliver.ts';
import { isFinal } from './ending.ts';
import { FlowShell, NotHere } from './flow-shell.ts';
import type { ChosenFlow, NodeSuccess } from './nodes/index.ts';
import { deliverOnce } from './placement.ts';
import { inputOfMessage } from './run-input.ts';
import { contextOf, type Voice, worthAnotherTry } from './telling.ts';
import { traitsOf } from './traits-of.ts';

/** More items than this are a run of their own. */
const inlineFanOut = 20;

/** What a flow in a conversation works for. */
export interface InlineWork {
  message: InboundMessage;
  memory: MemoryRef;
  pace: Pace;
  startedAt: number;
}

/** A flow version at work inside a conversation: until it ends, is long in fact, or leaves the rest to another flow. */
export class InlineFlow {
  readonly plan: FlowPlan;
  /** Deliveries that failed once here, by task. */
  readonly tried: string[] = [];
  /** Deliveries to others that were made, by step. */
  readonly reached = new Set<string>();
  /** The flow that the person's intent is bound to; this one then stands still. */
  chosen: ChosenFlow | undefined;
  private readonly work: InlineWork;
  private readonly shell: FlowShell;

  constructor(plan: FlowPlan, work: InlineWork, chosen?: RunInput['chosen']) {
    const { message, memory } = work;
    const run = contextOf(message.runId, plan.flow, { type: 'message', message, memory });
    const voice = this.voiceFor(run, message);
    this.plan = plan;
    this.work = work;
    this.shell = new FlowShell(plan, null, {
      plan,
      run,
      text: message.text,
      memory,
      deliver: (command, text) => this.deliver(voice, command, text),
      leaveTo: (chosen) => {
        this.chosen = chosen;
        throw new NotHere(chosen.flow);
      },
    });
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
    if (this.tried.length > 0 || workedMs > pace.promoteAfterMs) return true;
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
      this.tried.push(command.task);
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
      tried: [],
      reached: this.reached,
    };
  }
}
