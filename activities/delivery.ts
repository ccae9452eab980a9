import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { conversationStart } from '../channels/conversation-start.ts';
import { deliveryKey } from '../channels/delivery-key.ts';
import { channelOf, DeliveryError } from '../channels/index.ts';
import type { Send } from '../channels/send.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { DeliveryActivities, DeliveryFailure } from '../contracts/activities.ts';
import type { Pace } from '../contracts/conversation.ts';
import { signalNames, workflowTypes } from '../contracts/workflows.ts';
import type { Logger, Metrics } from '../services/telemetry/index.ts';
import { failureOf } from './failure.ts';

export interface DeliveryDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
  send: Send;
  temporal: Client;
  pace: Pace;
  logger: Logger;
  metrics: Metrics;
}

/** Deliveries are over sooner, as a rule; a slow one shows that its worker lives. */
const heartbeatAfterMs = 3_000;

/**
 * What an attempt leaves to the next one, as heartbeat details. `posted`: how many messages of the delivery arrived.
 * `certain`: that no more did. Without any an attempt was cut off, and nobody knows.
 */
const tryDetails = z.object({ posted: z.number().int().nonnegative(), certain: z.boolean() });

/** What is said to people, and what a run says to its conversation. */
export function createDeliveryActivities(deps: DeliveryDependencies): DeliveryActivities {
  return {
    async deliver({ run, step, delivery, earlierAttempts, triedSince, posted: arrived = 0 }) {
      const context = Context.current();
      const { attempt, heartbeatDetails, scheduledTimestampMs } = context.info;
      const earlier = tryDetails.safeParse(heartbeatDetails).data;
      const kind = deps.accounts.get(delivery.account)?.kind;
      const channel = kind && channelOf(kind);
      const attempts = earlierAttempts + attempt;
      const unsure = earlierAttempts > 0 || (attempt > 1 && earlier?.certain !== true);
      const joins = { runId: run.runId, traceId: run.traceId, step, attempts };
      const started = performance.now();
      let posted = earlier?.posted ?? arrived;
      let result = 'failed';
      const beat = setInterval(() => context.heartbeat({ posted, certain: false }), heartbeatAfterMs);
      try {
        const { providerId } = await deps.send(
          { ...delivery, key: deliveryKey(run.runId, step) },
          {
            signal: context.cancellationSignal,
            posted,
            onPosted: (count) => {
              posted = count;
            },
          },
        );
        result = 'delivered';
        // Within this time the platform itself shows what came twice once.
        const tryingMs = Date.now() - (triedSince ?? scheduledTimestampMs);
        const possiblyRepeated = unsure && !(channel && tryingMs < channel.deduplicatesForMs);
        if (possiblyRepeated)
          deps.logger.warn(joins, 'delivered, and an earlier attempt may have arrived as well');
        return {
          ...(providerId === undefined ? {} : { providerId }),
          attempts,
          ...(possiblyRepeated ? { possiblyRepeated } : {}),
        };
      } catch (thrown) {
        deps.logger.warn({ ...joins, posted, err: thrown }, 'delivery failed');
        const certain = !unsure && thrown instanceof DeliveryError && !thrown.ambiguous;
        const failure = failureOf(thrown, 'DeliveryFailed', { posted, attempts } satisfies DeliveryFailure);
        if (!failure.nonRetryable) context.heartbeat({ posted, certain });
        throw failure;
      } finally {
        clearInterval(beat);
        const seconds = (performance.now() - started) / 1_000;
        deps.metrics.deliverySeconds.observe({ channel: kind ?? 'unknown', result }, seconds);
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
