import { z } from 'zod';
import type { ConnectDependencies, Connection } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { botIdOf, type TelegramAccount } from './account.ts';
import { callTelegram } from './api.ts';
import type { Self } from './mentions.ts';
import { readUpdate } from './parse.ts';

/** How long Telegram holds a poll that has nothing, in seconds; the call waits somewhat longer. */
const pollSeconds = 25;
const updates = z.array(z.looseObject({ update_id: z.number().int() })).max(100);
const me = z.object({ username: z.string().optional() });

/**
 * Polls for updates, oldest first. What was taken is confirmed by the next poll, so one that could not be made
 * durable comes again. Ends when another process polls, or a webhook is set.
 */
export async function connect(
  account: TelegramAccount,
  dependencies: ConnectDependencies,
): Promise<Connection> {
  const { alive, clock, ignored, logger, take, ...rest } = dependencies;
  const closing = new AbortController();
  const call = (method: string, body: object, timeoutMs?: number) =>
    callTelegram({ method, body, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, account, {
      ...rest,
      now: clock(),
      signal: closing.signal,
    });
  await call('deleteWebhook', { drop_pending_updates: false });
  const { username } = me.parse(await call('getMe', {}));
  const self: Self = { id: botIdOf(account), ...(username ? { username } : {}) };
  alive();

  async function receive(update: unknown): Promise<void> {
    const incoming = readUpdate(update, self);
    if (incoming.type === 'message') await take(incoming.message);
    else ignored(incoming.type === 'ignored' ? incoming.reason : incoming.detail);
    if (incoming.type === 'malformed' || incoming.callback === undefined) return;
    // Only ends the waiting sign of a button.
    await call('answerCallbackQuery', { callback_query_id: incoming.callback }).catch((error: unknown) =>
      logger.debug({ account: account.id, err: error }, 'a pressed button was not answered'),
    );
  }

  async function poll(): Promise<string> {
    let offset: number | undefined;
    try {
      while (!closing.signal.aborted) {
        const query = { timeout: pollSeconds, allowed_updates: ['message', 'callback_query'] };
        const found = updates.parse(
          await call(
            'getUpdates',
            { ...query, ...(offset === undefined ? {} : { offset }) },
            (pollSeconds + 10) * 1_000,
          ),
        );
        alive();
        for (const update of found) {
          if (closing.signal.aborted) break;
          await receive(update);
          offset = update.update_id + 1;
        }
      }
      return 'it was closed';
    } catch (error) {
      if (closing.signal.aborted) return 'it was closed';
      return error instanceof DeliveryError ? error.message : 'a message could not be taken';
    }
  }

  const ended = poll();
  return {
    ended,
    async close() {
      closing.abort(new Error('the connection is closed'));
      await ended;
    },
  };
}
