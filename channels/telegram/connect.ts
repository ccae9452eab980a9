import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { ChannelDependencies, ConnectDependencies, Connection } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { type Bot, botOf, type TelegramAccount } from './account.ts';
import { callTelegram, TelegramRefused } from './api.ts';
import { readUpdate } from './parse.ts';
import { pressAnswer } from './press-answer.ts';
import { type TelegramUpdate, telegramUpdate, wantedUpdates } from './update.ts';

/** How long Telegram keeps a question for updates open, and how much longer it may take to answer. */
const openSeconds = 25;
const answerMs = (openSeconds + 10) * 1_000;
const updateBytes = 20_000_000;
/** After the first failure, and after the last before the connection is given up. */
const retryMs = { first: 500, factor: 2, last: 8_000 } as const;

const me = z.object({ id: z.number().int(), username: z.string().min(1).max(100).optional() });
const webhookInfo = z.object({ url: z.string() });
const updates = z.array(telegramUpdate).max(1_000);

/**
 * Asks for updates by long polling; resolves once Telegram knows the bot. A webhook that is still set is taken away,
 * as Telegram answers only one of the two. Updates are confirmed, by asking for those after them, once they are durable.
 */
export async function connect(
  account: TelegramAccount,
  dependencies: ConnectDependencies,
): Promise<Connection> {
  const abort = new AbortController();
  const poller = new Poller(account, dependencies, abort.signal);
  await poller.greet();
  const ended = poller.run();
  return {
    ended,
    async close() {
      abort.abort();
      await ended;
      await poller.confirm();
    },
  };
}

class Poller {
  readonly #account: TelegramAccount;
  readonly #dependencies: ConnectDependencies;
  readonly #closing: AbortSignal;
  #bot: Bot;
  /** Everything before it is durable. */
  #offset: number | undefined;
  #confirmed: number | undefined;

  constructor(account: TelegramAccount, dependencies: ConnectDependencies, closing: AbortSignal) {
    this.#account = account;
    this.#dependencies = dependencies;
    this.#closing = closing;
    this.#bot = botOf(account);
  }

  /** Learns the bot's name. Throws `DeliveryError`. */
  async greet(): Promise<void> {
    const { id, username } = await this.#call('getMe', {}, me);
    this.#bot = { id, ...(username ? { username } : {}) };
    const { url } = await this.#call('getWebhookInfo', {}, webhookInfo);
    if (url === '') return;
    await this.#call('deleteWebhook', { drop_pending_updates: false }, z.unknown());
    this.#dependencies.logger.warn({ account: this.#account.id }, 'a webhook was set, and is taken away');
  }

  /** Resolves with the reason when it is over. */
  async run(): Promise<string> {
    let waitMs: number = retryMs.first;
    while (!this.#closing.aborted) {
      try {
        await this.#poll();
        waitMs = retryMs.first;
      } catch (error) {
        if (this.#closing.aborted) break;
        const reason = reasonToEnd(error);
        if (reason !== undefined) return reason;
        if (waitMs > retryMs.last) return `updates could not be taken: ${messageOf(error)}`;
        const asked = error instanceof DeliveryError ? error.retryAfterMs : undefined;
        await pause(asked ?? waitMs, undefined, { signal: this.#closing }).catch(() => {});
        waitMs *= retryMs.factor;
      }
    }
    return 'it was closed';
  }

  /** Tells Telegram what is durable, so that whoever is next is not sent it again. Best effort. */
  async confirm(): Promise<void> {
    if (this.#offset === this.#confirmed) return;
    await this.#getUpdates({ timeout: 0, limit: 1 }).catch((error: unknown) => {
      this.#dependencies.logger.info({ account: this.#account.id, err: error }, 'updates were not confirmed');
    });
  }

  async #poll(): Promise<void> {
    const found = await this.#getUpdates({ timeout: openSeconds, limit: 100 }, this.#closing);
    this.#confirmed = this.#offset;
    this.#dependencies.alive();
    for (const update of found) {
      if (this.#closing.aborted) return;
      await this.#take(update);
      this.#offset = update.update_id + 1;
    }
  }

  /** Resolves once it is durable, or of no interest. */
  async #take(update: TelegramUpdate): Promise<void> {
    const incoming = readUpdate(update, this.#bot);
    if (incoming.type === 'message') await this.#dependencies.take(incoming.message);
    else this.#dependencies.ignored(incoming.reason);
    if (!incoming.press) return;
    await this.#call('answerCallbackQuery', pressAnswer(incoming.press), z.unknown()).catch((err: unknown) =>
      this.#dependencies.logger.debug(
        { account: this.#account.id, err },
        'a pressed button was not answered',
      ),
    );
  }

  #getUpdates(
    how: { timeout: number; limit: number },
    signal?: AbortSignal,
  ): Promise<z.infer<typeof updates>> {
    const call: JsonObject = { ...how, allowed_updates: wantedUpdates };
    if (this.#offset !== undefined) call.offset = this.#offset;
    return callTelegram('getUpdates', call, updates, this.#account, this.#caller(signal), {
      timeoutMs: how.timeout === 0 ? 3_000 : answerMs,
      maxBytes: updateBytes,
    });
  }

  #call<Result>(method: string, parameters: JsonObject, result: z.ZodType<Result>): Promise<Result> {
    return callTelegram(method, parameters, result, this.#account, this.#caller());
  }

  #caller(signal?: AbortSignal): ChannelDependencies {
    const { clock, egress, tokens } = this.#dependencies;
    return { egress, tokens, now: clock(), ...(signal ? { signal } : {}) };
  }
}

/** Asking again would change nothing, or take the updates from somebody else who asks. */
function reasonToEnd(error: unknown): string | undefined {
  if (!(error instanceof TelegramRefused)) return undefined;
  if (error.status !== 409) return error.message;
  return `${error.message}. Only one program may ask for this bot's updates: stop the other, or use mode: webhook.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
