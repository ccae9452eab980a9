import { createRequire } from 'node:module';

/** Each gets the words of one entry. */
export interface LarkLogger {
  error(words: unknown): void;
  warn(words: unknown): void;
  info(words: unknown): void;
  debug(words: unknown): void;
  trace(words: unknown): void;
}

export interface LarkDispatcher {
  /** Called with each event as it came. What it resolves with is the answer; when it rejects the event comes again. */
  invoke(event: unknown): Promise<unknown>;
}

export interface LarkClient {
  start(params: { eventDispatcher: LarkDispatcher }): Promise<void>;
  getConnectionStatus(): { state: string };
  close(): void;
}

/** What is used of the vendor's SDK. Its own types are 17 MB, with which a type check takes three times as long. */
export interface LarkSdk {
  EventDispatcher: new (params: { logger: LarkLogger; loggerLevel: number }) => LarkDispatcher;
  WSClient: new (params: {
    appId: string;
    appSecret: string;
    autoReconnect: boolean;
    handshakeTimeoutMs: number;
    /** Seconds that an answer to a ping may take. */
    wsConfig: { pingTimeout: number };
    httpInstance: { request(): Promise<unknown> };
    logger: LarkLogger;
    loggerLevel: number;
    onReady(): void;
    onError(error: Error): void;
  }) => LarkClient;
  LoggerLevel: { trace: number };
}

/** Loads the SDK when the first account connects: that takes a third of a second, and 40 MB. */
export function loadLarkSdk(): LarkSdk {
  const require = createRequire(import.meta.url);
  return require('@larksuiteoapi/node-sdk');
}
