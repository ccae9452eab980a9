import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectDependencies, Connection } from '../../channel.ts';
import type { DingtalkAccount } from '../account.ts';
import { openSocket, type StreamSocket } from './socket.ts';
import { createFrameTaker } from './take-frame.ts';

/** How long things take, in milliseconds. */
export interface StreamPace {
  /** The platform pings more often; when it stops it may have stopped pushing too, without closing. */
  silenceMs: number;
  /** After it said `disconnect` the platform is silent for 10 s, then closes. */
  succeedMs: number;
  /** Before a message that could not be made durable is taken once more: the platform may not push it again. */
  retryMs: readonly number[];
}

const vendorPace: StreamPace = {
  silenceMs: 60_000,
  succeedMs: 8_000,
  retryMs: [500, 1_000, 2_000, 4_000, 8_000, 16_000],
};
const succeedPauseMs = 1_000;

/**
 * Opens the connection of stream mode. When the platform announces that it will end it, another takes its place before
 * it goes. Throws `DeliveryError`.
 */
export async function connect(
  account: DingtalkAccount,
  dependencies: ConnectDependencies,
  pace: StreamPace = vendorPace,
): Promise<Connection> {
  const { logger, alive } = dependencies;
  const taker = createFrameTaker(account, dependencies, pace.retryMs);
  const sockets = new Set<StreamSocket>();
  let end: (reason: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  let current: StreamSocket | undefined;
  let isClosing = false;

  async function open(): Promise<StreamSocket> {
    let opened: StreamSocket | undefined;
    const silence = setTimeout(() => {
      opened?.terminate();
      if (opened === current) end(`nothing was heard of the platform for ${pace.silenceMs} ms`);
    }, pace.silenceMs);
    try {
      opened = await openSocket(account, dependencies, {
        text: (text, socket) =>
          taker.take(text, { answer: (reply) => socket.send(reply), leave: () => void succeed(socket) }),
        alive() {
          silence.refresh();
          alive();
        },
        closed(reason, socket) {
          clearTimeout(silence);
          sockets.delete(socket);
          if (socket === current) end(reason);
        },
      });
    } catch (error) {
      clearTimeout(silence);
      throw error;
    }
    sockets.add(opened);
    return opened;
  }

  /** If none takes its place in time, the end of the old one is the end. */
  async function succeed(old: StreamSocket): Promise<void> {
    const deadline = performance.now() + pace.succeedMs;
    while (old === current && !isClosing && performance.now() < deadline) {
      try {
        const next = await open();
        if (isClosing) return next.close();
        current = next;
        alive();
        return;
      } catch (error) {
        logger.warn(
          { err: error, account: account.id },
          'no connection yet to take the place of the old one',
        );
        await pause(succeedPauseMs);
      }
    }
  }

  current = await open();
  alive();
  return {
    ended,
    async close() {
      isClosing = true;
      taker.close();
      await taker.idle();
      await Promise.all([...sockets].map((socket) => socket.close()));
      await taker.idle();
      end('closed');
    },
  };
}
