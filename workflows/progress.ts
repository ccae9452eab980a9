import { condition, log } from '@temporalio/workflow';
import type { DeliveryReceipt } from '../contracts/delivery.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState } from '../contracts/flow-state.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunContext } from '../contracts/run-context.ts';
import type { ShownProgress } from '../contracts/workflows.ts';
import { deliverOnce } from './placement.ts';
import { doneText, progressText } from './progress-text.ts';
import { type Telling, tell } from './telling.ts';

/** What is over by then is answered, not reported on. */
const shownAfterMs = 3_000;
/** Platforms limit how often a message may be changed. */
const betweenMs = 2_000;

/**
 * What a person sees of an order while it is worked on: one message, changed as the flow goes on. Only where the channel
 * can change what it said. It is a courtesy: when it cannot be shown, the order goes on without.
 */
export class Progress {
  private readonly run: RunContext;
  private readonly message: InboundMessage;
  private heading: string;
  private nodes = '';
  private shown: ShownProgress | undefined;
  private said = '';
  private ended = false;
  private showing: Promise<void> | undefined;

  /** `shown`: by whoever worked on the order before. */
  constructor(run: RunContext, message: InboundMessage, heading: string, shown?: ShownProgress) {
    this.run = run;
    this.message = message;
    this.heading = heading;
    this.shown = shown;
  }

  /** The flow took a step. */
  update(plan: FlowPlan, state: FlowState): void {
    if (!this.message.edits || this.ended) return;
    this.nodes = progressText(plan, state, this.message.language);
    this.showing ??= this.show();
  }

  /** The last word is about to be said: shows how it came to that, and nothing more. Returns what the person sees. */
  async end(): Promise<ShownProgress | undefined> {
    this.heading = doneText(this.message.language);
    return this.pause();
  }

  /** It goes on elsewhere: shows how it stands, and nothing more here. Returns what the person sees. */
  async pause(): Promise<ShownProgress | undefined> {
    this.ended = true;
    await this.showing;
    return this.shown;
  }

  /** The order goes on as a run of its own: says so before that begins. One that fails is not worth waiting for. */
  async announce(text: string): Promise<ShownProgress | undefined> {
    const shown = await this.pause();
    const edits = shown && { edits: shown.providerId };
    try {
      const { providerId } = await this.tell({ step: 'promoted', text, ...edits });
      if (!this.message.edits || providerId === undefined) return shown;
      return shown ?? { providerId, count: 0 };
    } catch {
      return shown;
    }
  }

  private tell(words: Pick<Telling, 'step' | 'text' | 'edits'>): Promise<DeliveryReceipt> {
    const { run, message } = this;
    return tell({ run, message, type: 'progress', final: false, ...words }, { retry: deliverOnce });
  }

  private get wanted(): string {
    return `${this.heading}\n\n${this.nodes}`;
  }

  private async show(): Promise<void> {
    if (!this.shown && (await condition(() => this.ended, shownAfterMs))) return;
    for (;;) {
      await condition(() => this.ended || this.wanted !== this.said);
      if (this.wanted !== this.said && !(await this.say())) return;
      if (this.ended && this.wanted === this.said) return;
      if (!this.ended) await condition(() => this.ended, betweenMs);
    }
  }

  private async say(): Promise<boolean> {
    const text = this.wanted;
    const { providerId: edits, count = 0 } = this.shown ?? {};
    try {
      const step = `progress-${count}`;
      const { providerId } = await this.tell({ step, text, ...(edits === undefined ? {} : { edits }) });
      this.said = text;
      const id = edits ?? providerId;
      if (id !== undefined) this.shown = { providerId: id, count: count + 1 };
      return id !== undefined;
    } catch (thrown) {
      log.warn('progress could not be shown', { error: String(thrown) });
      return false;
    }
  }
}
