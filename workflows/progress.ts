import { condition, log } from '@temporalio/workflow';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState } from '../contracts/flow-state.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunContext } from '../contracts/run-context.ts';
import type { ShownProgress } from '../contracts/workflows.ts';
import { deliverOnce } from './placement.ts';
import { progressText } from './progress-text.ts';
import { tell } from './telling.ts';

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
  private readonly heading: string;
  private shown: ShownProgress | undefined;
  private wanted = '';
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
    this.wanted = `${this.heading}\n\n${progressText(plan, state, this.message.language)}`;
    this.showing ??= this.show();
  }

  /** The end is near: shows how it stands, and then nothing more. Returns what the person sees. */
  async end(): Promise<ShownProgress | undefined> {
    this.ended = true;
    await this.showing;
    return this.shown;
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
      const { providerId } = await tell(
        {
          run: this.run,
          message: this.message,
          step: `progress-${count}`,
          type: 'progress',
          text,
          final: false,
          ...(edits === undefined ? {} : { edits }),
        },
        { retry: deliverOnce },
      );
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
