import { CancellationScope } from '@temporalio/workflow';
import type { ConversationState, ConversationStatus, Pace } from '../contracts/conversation.ts';
import type { DeliveryReceipt } from '../contracts/delivery.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { MemoryRef } from '../contracts/memory.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { Run } from '../contracts/run.ts';
import type { RunInput } from '../contracts/workflows.ts';
import { hasAttachments, withAttachments } from './attachments.ts';
import { promotedText, waitingForModelText } from './command-texts.ts';
import { type Ending, endingOf, failedEnding, superseded } from './ending.ts';
import { failedBy, nodeError } from './failure.ts';
import { startFailureFlow } from './failure-flow.ts';
import { InlineFlow, type InlineWork } from './inline-flow.ts';
import { planFor, type Surroundings } from './order-plan.ts';
import { deliverOnce, store } from './placement.ts';
import { startRun } from './promotion.ts';
import { carriedRecord, keptOf, type RunFacts, recordOf, runOf, worthKeeping } from './run-view.ts';
import { contextOf, lastWordsStep, type Telling, tell } from './telling.ts';
import { deliveryFailureOf, worthAnotherTry } from './undeliverable.ts';

/** One message being worked off inside its conversation. */
export class Order {
  message: InboundMessage;
  /** Of the flow that the message came to, for the next one. */
  plan: FlowPlan | undefined;
  isCommand = false;
  private readonly memory: MemoryRef;
  private readonly pace: Pace;
  private readonly startedAt = Date.now();
  private flow: InlineFlow | undefined;
  /** While what came with the message is fetched. */
  private fetching: CancellationScope | undefined;
  private chosen: RunInput['chosen'];
  private stopped = false;
  private passedOver = false;

  constructor(message: InboundMessage, memory: MemoryRef | undefined, pace: Pace) {
    this.message = message;
    this.memory = memory ?? { account: message.account, conversation: message.conversation, since: [] };
    this.pace = pace;
  }

  get runId(): string {
    return this.message.runId;
  }

  /** Runs the message's flow to its end, or until it is long in fact and goes on as a run of its own. Never throws. */
  async carryOut(surroundings: Surroundings): Promise<Ending | 'moved'> {
    const ending = await this.runFlow(surroundings);
    if (ending !== 'moved') await startFailureFlow(this.facts(), ending);
    return ending;
  }

  private async runFlow({ quarantined, ...rest }: Surroundings): Promise<Ending | 'moved'> {
    const { language } = this.message;
    try {
      if (quarantined) {
        const error = nodeError('MemoryDamaged', quarantined, language);
        return await this.sayLast(failedEnding({ ...error, node: null }, this.runId, language));
      }
      if (hasAttachments(this.message)) await this.fetch();
      this.plan = await planFor(this.message, rest);
      const how = await this.drive(this.plan);
      const { plan, state } = this.flow ?? {};
      if (!plan || !state) throw new Error('the flow never started');
      if (how === 'moved') return await this.promote();
      const ending = endingOf(plan, state, this.runId, language, true);
      return await this.sayLast(this.passedOver ? superseded(ending, language) : ending);
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
    const { text, outcome } = lastWords;
    try {
      await CancellationScope.nonCancellable(async () => {
        const shown = await this.flow?.progress.end();
        const edits = shown && { edits: shown.providerId };
        const regrets = ending.error?.type === 'DeliveryFailed';
        await this.tell({
          step: lastWordsStep,
          type: 'reply',
          text,
          final: true,
          outcome,
          regrets,
          ...edits,
        });
      });
      return ending;
    } catch (thrown) {
      if (!worthAnotherTry(thrown)) {
        const { error } = failedBy(thrown, this.message.language);
        return { ...ending, outcome: 'failed', error: { ...error, node: null } };
      }
      await this.move({
        triedDeliveries: [lastWordsStep],
        ...postedOf([[lastWordsStep, deliveryFailureOf(thrown).posted]]),
        lastWords: { ...lastWords, ...(ending.error ? { error: ending.error } : {}) },
      });
      return 'moved';
    }
  }

  /** `superseded`: for the person's next message, not because they said so. */
  stop({ superseded = false } = {}): void {
    this.stopped = true;
    this.passedOver ||= superseded;
    this.fetching?.cancel();
    this.flow?.stop();
  }

  progress(): NonNullable<ConversationStatus['current']> {
    const nodes = this.flow?.state?.nodes ?? {};
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

  /** What is kept of it when another message's order did its work. */
  keptWith(carrier: InboundMessage): ConversationState['unrecorded'][number] {
    return { record: carriedRecord(this.facts(), carrier) };
  }

  private facts(): RunFacts {
    const { message, memory, runId, startedAt, chosen } = this;
    const plan = this.flow?.plan ?? this.plan;
    return {
      runId,
      origin: { type: 'message', message, memory },
      startedAt,
      ...(plan ? { plan } : {}),
      state: this.flow?.state ?? null,
      ...(chosen ? { chosen } : {}),
    };
  }

  private async fetch(): Promise<void> {
    this.fetching = new CancellationScope();
    this.message = await this.fetching.run(() => withAttachments(this.message));
    this.fetching = undefined;
  }

  /** Drives the message's flow, and then the one that is bound to what the person wants. */
  private async drive(plan: FlowPlan): Promise<'ended' | 'moved'> {
    const how = await this.begin(new InlineFlow(plan, this.work()));
    const { chosen } = this.flow ?? {};
    if (!chosen) return how;
    const { flow, ...rest } = chosen;
    this.chosen = rest;
    const shown = await this.flow?.progress.pause();
    const bound = await store.loadPlan({ id: flow });
    return this.begin(new InlineFlow(bound, { ...this.work(), shown }, rest));
  }

  private work(): InlineWork {
    const { message, memory, pace, startedAt } = this;
    return { message, memory, pace, startedAt };
  }

  private begin(flow: InlineFlow): Promise<'ended' | 'moved'> {
    this.flow = flow;
    if (this.stopped) flow.stop();
    return flow.drive();
  }

  private async promote(): Promise<'moved'> {
    const { progress, tried = new Map(), reached = [] } = this.flow ?? {};
    const announcing = this.flow?.lacksModel ? waitingForModelText : promotedText;
    const shown =
      tried.size > 0
        ? await progress?.pause()
        : await progress?.announce(announcing(this.runId, this.message.language));
    await this.move({
      triedDeliveries: [...tried.keys()],
      ...postedOf(tried),
      reached: [...reached],
      ...(shown ? { progress: shown } : {}),
    });
    return 'moved';
  }

  private async move(
    rest: Pick<RunInput, 'triedDeliveries' | 'posted' | 'reached' | 'lastWords' | 'progress'>,
  ): Promise<void> {
    const { plan, state, ...facts } = this.facts();
    const flow = plan?.flow ?? this.message.flow ?? { id: '' };
    await startRun({ ...facts, flow, ...(plan && state ? { plan, state } : {}), ...rest });
  }

  private tell(words: Omit<Telling, 'run' | 'message'>): Promise<DeliveryReceipt> {
    const { message, runId } = this;
    const { origin, plan } = this.facts();
    return tell({ run: contextOf(runId, plan?.flow, origin), message, ...words }, { retry: deliverOnce });
  }
}

/** Absent in the input of most runs: few deliveries arrive in part. */
function postedOf(tried: Iterable<[string, number]>): Pick<RunInput, 'posted'> {
  const counted = [...tried].filter(([, posted]) => posted > 0);
  return counted.length > 0 ? { posted: Object.fromEntries(counted) } : {};
}
