import { setImmediate as afterAnswers } from 'node:timers/promises';
import type { ChannelDependencies, ConnectDependencies, Connection } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import type { FeishuAccount } from './account.ts';
import { fetchBot } from './bot.ts';
import { opened } from './decrypt.ts';
import { endpointOf } from './endpoint.ts';
import { readEvent } from './incoming.ts';
import { type LarkClient, type LarkLogger, loadLarkSdk } from './lark-sdk.ts';

const handshakeMs = 10_000;
/** Less than the time between two pings: the SDK begins to wait anew with each. */
const pongSeconds = 5;
/** How often the client is asked whether it is still connected: it does not tell. */
const lookMs = 500;

/**
 * Opens the platform's long connection. The vendor's SDK speaks its protocol; it connects once, and whoever asked for the
 * connection asks again when it has ended. An event is acknowledged once it is durable, else the platform sends it again.
 */
export async function connect(
  account: FeishuAccount,
  dependencies: ConnectDependencies,
): Promise<Connection> {
  const now = dependencies.clock();
  const calls: ChannelDependencies = { egress: dependencies.egress, tokens: dependencies.tokens, now };
  const bot = await fetchBot(account, calls);
  const { EventDispatcher, LoggerLevel, WSClient } = loadLarkSdk();
  const logging = { logger: listen(dependencies), loggerLevel: LoggerLevel.trace };
  const events = new Events(account, bot.openId, dependencies);
  const eventDispatcher = new EventDispatcher(logging);
  eventDispatcher.invoke = (event) => events.take(event);
  const client = await new Promise<LarkClient>((resolve, reject) => {
    const fail = (error: unknown): void => {
      opening.close();
      reject(error);
    };
    const opening = new WSClient({
      appId: account.appId,
      appSecret: secretText(account.appSecret) ?? '',
      autoReconnect: false,
      handshakeTimeoutMs: handshakeMs,
      wsConfig: { pingTimeout: pongSeconds },
      ...logging,
      httpInstance: {
        request: () =>
          endpointOf(account, calls).catch((error: unknown) => {
            fail(error);
            throw error;
          }),
      },
      onReady: () => resolve(opening),
      onError: () => fail(new DeliveryError('the long connection could not be opened', { retryable: true })),
    });
    opening.start({ eventDispatcher }).catch(fail);
  });
  const { ended, stop } = watch(client);
  return {
    ended,
    async close() {
      await events.finish();
      stop();
      client.close();
    },
  };
}

/** The events that come, and which of them are being taken. */
class Events {
  private readonly underway = new Set<Promise<object | undefined>>();
  private isClosing = false;
  private readonly account: FeishuAccount;
  private readonly bot: string;
  private readonly dependencies: ConnectDependencies;

  constructor(account: FeishuAccount, bot: string, dependencies: ConnectDependencies) {
    this.account = account;
    this.bot = bot;
    this.dependencies = dependencies;
  }

  /** Resolves with what the platform is answered. Rejects when it has to send the event again. */
  async take(event: unknown): Promise<object | undefined> {
    this.dependencies.alive();
    if (this.isClosing) throw new Error('the connection is being closed');
    const taking = this.read(event);
    this.underway.add(taking);
    try {
      return await taking;
    } finally {
      this.underway.delete(taking);
    }
  }

  /** Takes nothing more; resolves when what was being taken is answered. */
  async finish(): Promise<void> {
    this.isClosing = true;
    await Promise.allSettled(this.underway);
    await afterAnswers();
  }

  private async read(event: unknown): Promise<object | undefined> {
    // They come in the clear here as a rule, whatever Encrypt Key the app has.
    const body = opened(event, secretText(this.account.encryptKey));
    const incoming = readEvent(body, this.account, this.bot);
    switch (incoming.type) {
      case 'message':
        await this.dependencies.take(incoming.message);
        return incoming.answer;
      case 'ignored':
        this.dependencies.ignored(incoming.reason);
        return undefined;
      case 'foreign':
        this.dependencies.ignored('an event for another app');
        return undefined;
      case 'malformed':
        this.dependencies.ignored(incoming.detail);
        return undefined;
    }
  }
}

/** The SDK says in its log alone that a ping was answered. It also logs addresses and what people wrote: none of it is kept. */
function listen({ alive, logger }: ConnectDependencies): LarkLogger {
  const isOf = (words: unknown, text: string): boolean => Array.isArray(words) && words.includes(text);
  return {
    error: (words) => {
      if (isOf(words, 'ws error')) logger.debug('the long connection has an error');
    },
    warn: () => {},
    info: () => {},
    debug: () => {},
    trace: (words) => {
      if (isOf(words, 'receive pong')) alive();
    },
  };
}

function watch(client: LarkClient): { ended: Promise<string>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<string>((resolve) => {
    timer = setInterval(() => {
      if (client.getConnectionStatus().state === 'connected') return;
      clearInterval(timer);
      client.close();
      resolve('the platform ended the connection, or answered no ping');
    }, lookMs);
  });
  return { ended, stop: () => clearInterval(timer) };
}
