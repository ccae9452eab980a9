import { ActivityFailure, type ActivityOptions, ApplicationFailure } from '@temporalio/workflow';
import type { Delivery, Outcome } from '../contracts/delivery.ts';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { FlowRef, InboundMessage } from '../contracts/message.ts';
import type { RunContext } from '../contracts/run-context.ts';
import type { RunOrigin } from '../contracts/workflows.ts';
import { deliveryActivities } from './placement.ts';

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
  /** Tasks whose deliveries were tried once elsewhere. */
  tried: readonly string[];
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
}

/** Says something to the person who sent a message, at the address fixed when it was accepted. */
export async function tell(telling: Telling, options: ActivityOptions): Promise<{ attempts: number }> {
  const { message, run, step } = telling;
  return deliveryActivities.deliver.executeWithOptions({ ...options, summary: step }, [
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
      },
      earlierAttempts: telling.earlierAttempts ?? 0,
    },
  ]);
}

/** Whether a delivery that failed may succeed later: everything but what the receiver refused for good. */
export function worthAnotherTry(thrown: unknown): boolean {
  const cause = thrown instanceof ActivityFailure ? thrown.cause : thrown;
  return !(cause instanceof ApplicationFailure && cause.nonRetryable);
}
