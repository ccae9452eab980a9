import type { AccountConfig } from '../../contracts/index.ts';
import { TokenBuckets } from '../../services/rates/index.ts';
import { messageRunId } from '../../services/runs/index.ts';
import type { Logger } from '../../services/telemetry/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { deliveryKey } from '../delivery-key.ts';
import type { Send } from '../send.ts';

/** Somebody who is not listened to hears why once a minute at most, however much they write. */
const rate = { capacity: 1, perMinute: 1 };
const timeoutMs = 15_000;

export interface NoticeDependencies {
  send: Send;
  logger: Logger;
  /** Epoch milliseconds. */
  clock(): number;
}

/** What is said about a message that is not taken. */
export class Notices {
  readonly #dependencies: NoticeDependencies;
  readonly #said = new TokenBuckets();

  constructor(dependencies: NoticeDependencies) {
    this.#dependencies = dependencies;
  }

  /** Best effort, and nobody waits for it. `what` names it, so that the platform can tell a repeat. */
  tell(account: AccountConfig, parsed: ParsedMessage, what: string, text: string): void {
    const { clock, logger, send } = this.#dependencies;
    const { chat, id, language, replyTo, sender } = parsed;
    if (this.#said.take(`${account.id}\0${sender.id}`, rate, clock()) > 0) return;
    const runId = messageRunId(account.id, id);
    send(
      {
        key: deliveryKey(runId, what),
        type: 'reply',
        account: account.id,
        conversation: chat.id,
        replyTo,
        inReplyTo: id,
        runId,
        text,
        final: true,
        language,
        ...(chat.type === 'group' ? { asker: sender } : {}),
      },
      { signal: AbortSignal.timeout(timeoutMs) },
    ).catch((err: unknown) => logger.info({ err, account: account.id, what }, 'a notice was not delivered'));
  }
}
