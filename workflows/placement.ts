import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type {
  AttachmentActivities,
  ConnectionActivities,
  ConversationActivities,
  DeliveryActivities,
  NodeActivities,
  RunActivities,
  StoreActivities,
} from '../contracts/activities.ts';
import type { PlanRetry } from '../contracts/flow-plan.ts';

/** A worker that died is noticed this long after the last heartbeat; activities beat only when they are slow. */
const heartbeatTimeout = '12s';

export const nodeActivities = proxyActivities<NodeActivities>({ startToCloseTimeout: '130s' });

export const deliveryActivities = proxyActivities<DeliveryActivities>({ startToCloseTimeout: '15s' });

export const conversationActivities = proxyActivities<ConversationActivities>({
  startToCloseTimeout: '25s',
  retry: { maximumAttempts: 3 },
});

export const attachmentActivities = proxyActivities<AttachmentActivities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout,
  retry: { maximumAttempts: 2 },
});

export const runActivities = proxyActivities<RunActivities>({ startToCloseTimeout: '15s' });

/**
 * Held for as long as it lasts. Who was killed is noticed after 8 s, and the next tries after a second, by the server
 * alone: a task of the workflow would first wait for the dead worker. Longer waits are named by the failures themselves.
 */
export const connectionActivities = proxyActivities<ConnectionActivities>({
  startToCloseTimeout: '365d',
  heartbeatTimeout: '8s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Store-level steps: bounded by 500 ms a try, a few tries, so that they never hold a workflow task open for long. */
export const store = proxyLocalActivities<StoreActivities>({
  startToCloseTimeout: '500ms',
  scheduleToCloseTimeout: '8s',
  retry: { maximumAttempts: 4, initialInterval: '100ms', backoffCoefficient: 3 },
});

/** Temporal's options for a node's own timeout and retry. */
export function nodeOptions(timeoutMs: number, retry: PlanRetry, summary: string): ActivityOptions {
  return {
    startToCloseTimeout: timeoutMs,
    heartbeatTimeout,
    summary,
    retry: {
      maximumAttempts: retry.maximumAttempts,
      initialInterval: retry.initialIntervalMs,
      backoffCoefficient: retry.backoffCoefficient,
      maximumInterval: retry.maximumIntervalMs,
    },
  };
}

/** A node's options where it may wait for a model: the activity itself ends the retries of other failures. */
export function untilModelAnswers(options: ActivityOptions): ActivityOptions {
  return {
    ...options,
    scheduleToCloseTimeout: '24h',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '2m' },
  };
}

/** One try where people wait in line; a delivery that fails once gets a run of its own. */
export const deliverOnce: ActivityOptions['retry'] = { maximumAttempts: 1 };

/** Up to a day: longer than a weekend's night shift takes to notice a dead receiver. */
export const deliverPatiently: ActivityOptions = {
  scheduleToCloseTimeout: '24h',
  startToCloseTimeout: '15s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '2m' },
};
