import type { AccountConfig, InboundMessage } from '../../contracts/index.ts';
import { TokenBuckets } from '../../services/rates/index.ts';
import type { Logger, Metrics } from '../../services/telemetry/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { type AcceptanceDependencies, accept, inboundMessage } from './acceptance.ts';
import type { LastEvents } from './last-events.ts';
import { NotDurable } from './not-durable.ts';

/** What became of a genuine message. Only of one that was taken is anything heard again. */
export type Taking =
  | { type: 'taken'; runId: string }
  | { type: 'ignored'; reason: string }
  /** The sender is above its rate; there is room again after `waitMs`. */
  | { type: 'limited'; waitMs: number };

export interface IntakeDependencies extends AcceptanceDependencies {
  logger: Logger;
  metrics: Pick<Metrics, 'accepted' | 'refused'>;
  lastEvents: Pick<LastEvents, 'note'>;
}

/** The one way in for messages, whichever way they came. */
export interface Intake {
  /**
   * Hands a verified message to its conversation. Taken means durable: it may be acknowledged. Throws `NotDurable` when
   * it has to be sent again. `traceId`: 32 hex digits. What becomes of it is counted, logged and noted here.
   */
  take(account: AccountConfig, parsed: ParsedMessage, traceId: string): Promise<Taking>;
}

export function createIntake(dependencies: IntakeDependencies): Intake {
  const { clock, lastEvents, logger, metrics } = dependencies;
  const rates = new TokenBuckets();

  return {
    async take(account, parsed, traceId) {
      const sender = `${account.id}\0${parsed.sender.id}`;
      const perMinute = account.ratePerSenderPerMinute;
      const at = clock();
      const waitMs = rates.take(sender, { capacity: perMinute, perMinute }, at);
      if (waitMs > 0) {
        metrics.refused.inc({ reason: 'too-many-requests' });
        lastEvents.note(account.id, { at, verdict: 'limited', reason: `more than ${perMinute} a minute` });
        return { type: 'limited', waitMs };
      }
      const message = await inboundMessage(dependencies, account, parsed, traceId);
      try {
        await accept(dependencies, message);
      } catch (error) {
        rates.giveBack(sender);
        metrics.refused.inc({ reason: 'unavailable' });
        lastEvents.note(account.id, { at, verdict: 'unavailable', reason: 'could not be made durable' });
        logger.warn({ err: error, ...joins(message) }, 'message not taken: it could not be made durable');
        throw new NotDurable(error);
      }
      metrics.accepted.inc();
      lastEvents.note(account.id, { at, verdict: 'taken' });
      logger.debug(joins(message), 'message taken');
      return { type: 'taken', runId: message.runId };
    },
  };
}

function joins({ traceId, runId, id, account }: InboundMessage) {
  return { traceId, runId, messageId: id, account };
}
