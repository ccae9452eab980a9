import type { AccountConfig, ChannelEvent, InboundMessage } from '../../contracts/index.ts';
import type { Egress } from '../../services/egress/index.ts';
import { TokenBuckets } from '../../services/rates/index.ts';
import type { Logger, Metrics } from '../../services/telemetry/index.ts';
import type { AccessTokens } from '../access-tokens.ts';
import type { ParsedMessage } from '../channel.ts';
import type { Send } from '../send.ts';
import { type AcceptanceDependencies, accept, inboundMessage } from './acceptance.ts';
import type { LastEvents } from './last-events.ts';
import { NotDurable } from './not-durable.ts';
import { Notices } from './notices.ts';
import type { Pairings } from './pairings.ts';
import { verdictOn } from './policy.ts';
import { codeText, limitedText } from './texts.ts';

const typingMs = 5_000;

/** What became of a genuine message. Only of one that was taken is anything heard again. */
export type Taking =
  | { type: 'taken'; runId: string }
  | { type: 'ignored'; reason: string }
  /** The sender is above its rate; there is room again after `waitMs`. */
  | { type: 'limited'; waitMs: number };

export interface IntakeDependencies extends AcceptanceDependencies {
  send: Send;
  egress: Egress;
  tokens: AccessTokens;
  pairings: Pick<Pairings, 'isPaired' | 'ask'>;
  lastEvents: Pick<LastEvents, 'note'>;
  logger: Logger;
  metrics: Pick<Metrics, 'accepted' | 'refused'>;
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
  return new PolicedIntake(dependencies);
}

class PolicedIntake implements Intake {
  readonly #dependencies: IntakeDependencies;
  readonly #rates = new TokenBuckets();
  readonly #notices: Notices;

  constructor(dependencies: IntakeDependencies) {
    this.#dependencies = dependencies;
    this.#notices = new Notices(dependencies);
  }

  async take(account: AccountConfig, parsed: ParsedMessage, traceId: string): Promise<Taking> {
    const verdict = verdictOn(account, parsed);
    if (verdict.type === 'ignore') return this.#ignored(account, verdict.reason);
    if (verdict.type === 'stranger') {
      const reason = await this.#whyNot(account, parsed, verdict.mayAsk);
      if (reason) return this.#ignored(account, reason);
    }
    const sender = `${account.id}\0${parsed.sender.id}`;
    const perMinute = account.ratePerSenderPerMinute;
    const waitMs = this.#rates.take(sender, { capacity: perMinute, perMinute }, this.#dependencies.clock());
    if (waitMs > 0) return this.#limited(account, parsed, waitMs);
    const message = await inboundMessage(this.#dependencies, account, parsed, traceId);
    try {
      await accept(this.#dependencies, message, parsed.raw);
    } catch (error) {
      this.#rates.giveBack(sender);
      throw this.#notDurable(account, error, joins(message));
    }
    this.#dependencies.metrics.accepted.inc();
    this.#note(account, 'taken');
    this.#dependencies.logger.debug(joins(message), 'message taken');
    this.#showTyping(account, message);
    return { type: 'taken', runId: message.runId };
  }

  /** Undefined for a stranger who was let in; others are told how they can be. */
  async #whyNot(account: AccountConfig, parsed: ParsedMessage, mayAsk: boolean): Promise<string | undefined> {
    const { pairings } = this.#dependencies;
    const { chat, language, sender } = parsed;
    try {
      if (await pairings.isPaired(account.id, sender.id)) return undefined;
      if (!mayAsk) return `${sender.id} was not let in`;
      const stranger = { account: account.id, sender, conversation: chat.id, language };
      const code = await pairings.ask(stranger);
      if (code === undefined) return `${sender.id} was not let in, and too many wait for it already`;
      this.#notices.tell(account, parsed, 'pairing', codeText(code, language));
      return `${sender.id} was not let in yet, and was told a pairing code`;
    } catch (error) {
      throw this.#notDurable(account, error, { account: account.id, messageId: parsed.id });
    }
  }

  /** Best effort, and nobody waits for it. */
  #showTyping(account: AccountConfig, message: InboundMessage): void {
    const { channelOf, clock, egress, logger, tokens } = this.#dependencies;
    const channel = channelOf(account.kind);
    if (!channel?.typing) return;
    const signal = AbortSignal.timeout(typingMs);
    channel
      .typing(message.replyTo, account, { egress, tokens, signal, now: clock() })
      .catch((err: unknown) => logger.debug({ err, ...joins(message) }, 'typing was not shown'));
  }

  #limited(account: AccountConfig, parsed: ParsedMessage, waitMs: number): Taking {
    const { channelOf, metrics } = this.#dependencies;
    metrics.refused.inc({ reason: 'too-many-requests' });
    this.#note(account, 'limited', `more than ${account.ratePerSenderPerMinute} messages a minute`);
    // A program hears it by its 429.
    if (!channelOf(account.kind)?.refusesExcess) {
      this.#notices.tell(account, parsed, 'limited', limitedText(waitMs, parsed.language));
    }
    return { type: 'limited', waitMs };
  }

  #ignored(account: AccountConfig, reason: string): Taking {
    this.#dependencies.metrics.refused.inc({ reason: 'ignored' });
    this.#note(account, 'ignored', reason);
    return { type: 'ignored', reason };
  }

  #notDurable(account: AccountConfig, error: unknown, joined: object): NotDurable {
    this.#dependencies.metrics.refused.inc({ reason: 'unavailable' });
    this.#note(account, 'unavailable', 'it could not be made durable');
    this.#dependencies.logger.warn(
      { err: error, ...joined },
      'message not taken: it could not be made durable',
    );
    return new NotDurable(error);
  }

  #note({ id }: AccountConfig, verdict: ChannelEvent['verdict'], reason?: string): void {
    const at = this.#dependencies.clock();
    this.#dependencies.lastEvents.note(id, { at, verdict, ...(reason === undefined ? {} : { reason }) });
  }
}

function joins({ traceId, runId, id, account }: InboundMessage) {
  return { traceId, runId, messageId: id, account };
}
