import type { ActiveRun, ConversationState, RecentRun } from '../contracts/conversation.ts';
import type { Outcome } from '../contracts/delivery.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunReport } from '../contracts/workflows.ts';

/** How many ended runs `/runs` remembers. */
const recentKept = 8;
const listed = 20;
const textKept = 200;

/** A run as `/runs` shows it. */
export interface ListedRun {
  runId: string;
  text: string;
  outcome: Outcome | 'running' | 'queued';
}

/** The runs that left their conversation and go on by themselves, and the last that ended. */
export class RunList {
  readonly active: ActiveRun[];
  private recent: RecentRun[];

  constructor(state: Pick<ConversationState, 'active' | 'recent'> | undefined) {
    this.active = state?.active ?? [];
    this.recent = state?.recent ?? [];
  }

  left({ runId, id, text }: InboundMessage): void {
    this.active.push({ runId, messageId: id, text, startedAt: Date.now() });
  }

  /** Takes a run off those that go on; undefined when it was none of them. */
  ended({ runId }: Pick<RunReport, 'runId'>): ActiveRun | undefined {
    const run = this.active.find((one) => one.runId === runId);
    if (run) this.active.splice(this.active.indexOf(run), 1);
    return run;
  }

  add({ runId, text, outcome }: RecentRun): void {
    this.recent = [...this.recent, { runId, text: text.slice(0, textKept), outcome }].slice(-recentKept);
  }

  /** Oldest first; `current` and `queued` are what the conversation itself has in hand. */
  all(current: Omit<ListedRun, 'outcome'> | undefined, queued: readonly InboundMessage[]): ListedRun[] {
    return [
      ...this.recent,
      ...this.active.map((run) => ({ ...run, outcome: 'running' as const })),
      ...(current ? [{ ...current, outcome: 'running' as const }] : []),
      ...queued.map(({ runId, text }) => ({ runId, text, outcome: 'queued' as const })),
    ].slice(-listed);
  }

  state(): Pick<ConversationState, 'active' | 'recent'> {
    return { active: this.active, recent: this.recent };
  }
}
