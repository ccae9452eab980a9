import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { conversationStart } from '../channels/conversation-start.ts';
import { channelOf } from '../channels/index.ts';
import type { DeliveryActivities } from '../contracts/activities.ts';
import type { AccountConfig } from '../contracts/config.ts';
import type { Pace } from '../contracts/conversation.ts';
import { signalNames, workflowTypes } from '../contracts/workflows.ts';
import type { Egress } from '../services/egress/index.ts';
import type { Logger, Metrics } from '../services/telemetry/index.ts';
import { failureOf } from './failure.ts';

export interface DeliveryDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
  egress: Egress;
  temporal: Client;
  pace: Pace;
  logger: Logger;
  metrics: Metrics;
}

/** What is said to people, and what a run says to its conversation. */
export function createDeliveryActivities(deps: DeliveryDependencies): DeliveryActivities {
  return {
    async deliver({ run, step, delivery, earlierAttempts }) {
      const { info, cancellationSignal } = Context.current();
      const account = deps.accounts.get(delivery.account);
      const channel = account && channelOf(account.kind);
      const attempts = earlierAttempts + info.attempt;
      const started = performance.now();
      let result = 'failed';
      try {
        if (!channel) throw new UnknownAccount(delivery.account);
        const replyTo = delivery.replyTo ?? channel.addressOf(account, delivery.conversation);
        const key = deliveryKey(run.runId, step);
        const sent = await channel.send({ ...delivery, replyTo, key }, account, {
          egress: deps.egress,
          signal: cancellationSignal,
          now: Date.now(),
        });
        result = 'delivered';
        return { ...sent, attempts, ...(attempts > 1 ? { possiblyRepeated: true } : {}) };
      } catch (thrown) {
        deps.logger.warn(
          { runId: run.runId, traceId: run.traceId, step, attempts, err: thrown },
          'delivery failed',
        );
        throw failureOf(thrown, 'DeliveryFailed');
      } finally {
        const seconds = (performance.now() - started) / 1_000;
        deps.metrics.deliverySeconds.observe({ channel: channel?.kind ?? 'unknown', result }, seconds);
      }
    },

    async reportRun({ account, channel, conversation, report }) {
      await deps.temporal.workflow.signalWithStart(workflowTypes.conversation, {
        ...conversationStart({ account, channel, conversation }, deps.pace),
        signal: signalNames.runEnded,
        signalArgs: [report],
      });
    },
  };
}

/** The delivery names an account that this process has no configuration for. */
class UnknownAccount extends Error {
  override readonly name = 'UnknownAccount';
  readonly type = 'DeliveryFailed';
  readonly retryable = true;

  constructor(account: string) {
    super(`no account ${account} is configured here`);
  }
}

/** 43 characters, the same for every try of a step: fits the idempotency keys of all vendors. */
export function deliveryKey(runId: string, step: string): string {
  return createHash('sha256').update(`${runId}\0${step}`).digest('base64url');
}
