import type { ActivityOptions } from '@temporalio/workflow';
import type { Delivery, DeliveryReceipt, Outcome } from '../contracts/delivery.ts';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { FlowRef, InboundMessage } from '../contracts/message.ts';
import type { RunContext } from '../contracts/run-context.ts';
import type { RunOrigin, ShownProgress } from '../contracts/workflows.ts';
import { deliverOrKeep } from './undeliverable.ts';

/** Who works for whom: for logs, prompts and limits. */
export function contextOf(
  runId: string,
  flow: FlowRef | { id: string } | undefined,
  origin: RunOrigin,
): RunContext {
  if (origin.type === 'api') {
    return {
      runId,
      traceId: origin.traceId,
      language: origin.language,
      flow: flow?.id ?? '',
      user: origin.user,
    };
  }
  const { message } = origin;
  return {
    runId,
    traceId: message.traceId,
    language: message.language,
    flow: flow?.id ?? '',
    channel: message.channel,
    account: message.account,
    conversation: message.conversation,
    user: message.sender.id,
    ...(message.model === undefined ? {} : { model: message.model }),
  };
}

/** How a run says what its flow has to say. */
export interface Voice {
  run: RunContext;
  /** What is answered; absent: nobody asked, and only others are told. */
  message?: InboundMessage;
  type: Extract<Delivery['type'], 'reply' | 'progress'>;
  /** Whether what a node says to the asker is the last word. */
  isFinal(node: string): boolean;
  toAsker: ActivityOptions;
  toOthers(command: ExecuteCommand): ActivityOptions;
  /** Tasks whose deliveries were tried once elsewhere, with how many of their messages arrived. */
  tried: ReadonlyMap<string, number>;
  /** What the person sees of it; ended before the last word. */
  progress?: { end(): Promise<ShownProgress | undefined> };
  /** Deliveries to others that were made, by step; grows. */
  reached: Set<string>;
}

/** The step of what is said when the flow itself did not say it. */
export const lastWordsStep = 'last-words';

export interface Telling {
  run: RunContext;
  message: InboundMessage;
  /** Names the delivery within its run: the same step is the same delivery, however often it is tried. */
  step: string;
  type: Delivery['type'];
  text: string;
  final: boolean;
  outcome?: Outcome;
  earlierAttempts?: number;
  /** How many of its messages arrived by them. */
  posted?: number;
  approval?: Delivery['approval'];
  /** Only says that something else could not be said, which is kept: this is not. */
  regrets?: boolean;
  /** The message that it takes the place of, where the channel does that. */
  edits?: string;
}

/** Says something to the person who sent a message, at the address fixed when it was accepted. */
export async function tell(telling: Telling, options: ActivityOptions): Promise<DeliveryReceipt> {
  const { approval, edits, message, posted = 0, run, step } = telling;
  return deliverOrKeep(
    {
      run,
      step,
      delivery: {
        type: telling.type,
        account: message.account,
        conversation: message.conversation,
        replyTo: message.replyTo,
        inReplyTo: message.id,
        runId: run.runId,
        text: telling.text,
        final: telling.final,
        ...(telling.outcome ? { outcome: telling.outcome } : {}),
        ...(message.group ? { asker: message.sender } : {}),
        ...(approval ? { approval, language: message.language } : {}),
        ...(edits === undefined ? {} : { edits }),
      },
      earlierAttempts: telling.earlierAttempts ?? 0,
      ...(posted > 0 ? { posted } : {}),
    },
    options,
    telling.regrets === true || telling.type === 'progress',
  );
}
