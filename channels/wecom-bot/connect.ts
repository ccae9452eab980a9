import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectDependencies, Connection, ParsedMessage } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { refusalOf } from '../wecom/refusals.ts';
import type { BotAccount } from './account.ts';
import { own } from './connections.ts';
import { type Parsed, parse } from './parse.ts';
import { cardUpdate } from './receive.ts';
import { replyAddress } from './reply-address.ts';
import { responseUrls } from './response-urls.ts';
import { type BotSocket, type CallbackFrame, openBotSocket } from './socket.ts';

/** Where bots connect to: https://developer.work.weixin.qq.com/document/path/101463 */
export const defaultWebSocketUrl = 'wss://openws.work.weixin.qq.com';

/** The platform waits for no acknowledgement and sends nothing twice: what cannot be kept is tried again here, for a minute. */
const takeAgainMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Connects a bot. The platform keeps one connection of it, and ends the older one. */
export async function connect(account: BotAccount, dependencies: ConnectDependencies): Promise<Connection> {
  const { logger } = dependencies;
  const underway = new Set<Promise<void>>();
  const lines = new Map<string, Promise<void>>();
  let closing = false;

  const socket = await openBotSocket({
    url: account.wsUrl ?? defaultWebSocketUrl,
    onAlive: dependencies.alive,
    onCallback(callback) {
      if (closing) return;
      const work = answer(callback).catch((error: unknown) => {
        logger.error({ err: error, account: account.id }, 'a message is lost: it could not be made durable');
        dependencies.ignored('a message could not be made durable, and the platform sends nothing twice');
      });
      underway.add(work);
      void work.then(() => underway.delete(work));
    },
  });

  async function answer({ reqId, body }: CallbackFrame): Promise<void> {
    const parsed = parse(body, account, dependencies.clock(), { reqId });
    if (parsed.type !== 'message') {
      dependencies.ignored(reasonOf(parsed));
      if (parsed.type === 'ignored' && parsed.event === 'disconnected_event') {
        socket.close('another connection of the same bot took its place');
      }
      return;
    }
    const { message, press } = parsed;
    responseUrls.note(account.id, replyAddress.parse(message.replyTo));
    // Within 5 s, or the card stays as it is.
    if (press) {
      const update = cardUpdate(press, message.sender.id);
      void socket.call('aibot_respond_update_msg', update, reqId).catch(() => undefined);
    }
    await inLine(message);
  }

  /** What is said in one chat is taken in the order in which it came. */
  function inLine(message: ParsedMessage): Promise<void> {
    const { id } = message.chat;
    const before = lines.get(id) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => take(message, dependencies));
    lines.set(id, mine);
    const leave = (): void => {
      if (lines.get(id) === mine) lines.delete(id);
    };
    mine.then(leave, leave);
    return mine;
  }

  await subscribe(socket, account);
  own(account.id, socket);
  return {
    ended: socket.ended,
    async close() {
      closing = true;
      await Promise.all(underway);
      socket.close('closed');
      await socket.ended;
    },
  };
}

function reasonOf(parsed: Exclude<Parsed, { type: 'message' }>): string {
  if (parsed.type === 'foreign') return 'it is for another bot than this account';
  return parsed.type === 'ignored' ? parsed.reason : parsed.detail;
}

async function subscribe(socket: BotSocket, account: BotAccount): Promise<void> {
  const body = { bot_id: account.botId ?? '', secret: secretText(account.secret) ?? '' };
  try {
    const { errcode, errmsg } = await socket.call('aibot_subscribe', body);
    if (errcode === 0) return;
    throw refusalOf(`the subscription of ${account.id} (are Bot ID and Secret right?)`, { errcode, errmsg });
  } catch (error) {
    socket.close('the subscription was refused');
    throw error instanceof DeliveryError ? error : new DeliveryError(String(error), { retryable: true });
  }
}

/** Rejects with the last error when a minute was not enough. */
async function take(message: ParsedMessage, { take: once }: ConnectDependencies): Promise<void> {
  for (const wait of takeAgainMs) {
    try {
      return await once(message);
    } catch {
      await pause(wait);
    }
  }
  return once(message);
}
