import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { DeliveryError } from '../delivery-error.ts';

/** A frame either way; one without `cmd` answers the one that has the same `req_id`. */
const frame = z.object({
  cmd: z.string().max(100).optional(),
  headers: z.object({ req_id: z.string().max(256) }),
  body: z.unknown().optional(),
  errcode: z.number().int().optional(),
  errmsg: z.string().max(2_000).optional(),
});

/** A callback of the platform. */
export interface CallbackFrame {
  cmd: string;
  reqId: string;
  body: unknown;
}

/** What the platform answers to a command: 0, or what is wrong. */
export interface Acknowledgement {
  errcode: number;
  errmsg: string;
}

/** An open WebSocket of a bot. */
export interface BotSocket {
  /**
   * Sends a command, one after the other for the same `reqId` (a new one without), and resolves with its
   * acknowledgement. Throws `DeliveryError` when none came within 5 s: it may have been obeyed.
   */
  call(cmd: string, body: object, reqId?: string): Promise<Acknowledgement>;
  /** Resolves with the reason when it is closed, by whomever. */
  ended: Promise<string>;
  close(reason: string): void;
}

export interface BotSocketOptions {
  url: string;
  /** How often a sign of life is asked for; without one until the next the connection counts as dead. */
  heartbeatMs?: number;
  acknowledgeMs?: number;
  onCallback(callback: CallbackFrame): void;
  onAlive(): void;
}

const openMs = 10_000;
const maximumFrameBytes = 1_000_000;

interface Waiting {
  resolve(acknowledgement: Acknowledgement): void;
  reject(error: DeliveryError): void;
}

/** Opens the WebSocket; nobody is subscribed yet. Throws `DeliveryError`. */
export async function openBotSocket({
  url,
  heartbeatMs = 30_000,
  acknowledgeMs = 5_000,
  onCallback,
  onAlive,
}: BotSocketOptions): Promise<BotSocket> {
  const socket = new WebSocket(url, {
    handshakeTimeout: openMs,
    maxPayload: maximumFrameBytes,
    followRedirects: false,
  });
  const waiting = new Map<string, Waiting>();
  const lines = new Map<string, Promise<unknown>>();
  let heard = true;
  let heartbeat: NodeJS.Timeout | undefined;
  let reason = 'the platform closed the connection';

  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error) => {
      reason = `the connection broke: ${error.message}`;
    });
    socket.on('close', () => {
      clearInterval(heartbeat);
      for (const { reject } of waiting.values())
        reject(unsure('the connection ended before an answer came', true));
      waiting.clear();
      resolve(reason);
    });
  });

  function close(why: string): void {
    reason = why;
    socket.terminate();
  }

  function take(data: string): void {
    const read = frame.safeParse(jsonOf(data)).data;
    if (!read) return;
    heard = true;
    onAlive();
    const { cmd, headers, body, errcode = 0, errmsg = '' } = read;
    if (cmd === 'aibot_msg_callback' || cmd === 'aibot_event_callback') {
      onCallback({ cmd, reqId: headers.req_id, body });
      return;
    }
    waiting.get(headers.req_id)?.resolve({ errcode, errmsg });
  }
  socket.on('message', (data) => take(String(data)));

  function send(cmd: string, body: object | undefined, reqId: string): Promise<Acknowledgement> {
    return new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) throw unsure('the connection is closed', false);
      const timer = setTimeout(
        () => settle(() => reject(unsure(`${cmd} was not acknowledged within ${acknowledgeMs} ms`, true))),
        acknowledgeMs,
      );
      function settle(how: () => void): void {
        clearTimeout(timer);
        waiting.delete(reqId);
        how();
      }
      waiting.set(reqId, {
        resolve: (acknowledgement) => settle(() => resolve(acknowledgement)),
        reject: (error) => settle(() => reject(error)),
      });
      socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, ...(body ? { body } : {}) }));
    });
  }

  function call(cmd: string, body: object, reqId: string = randomUUID()): Promise<Acknowledgement> {
    const before = lines.get(reqId) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => send(cmd, body, reqId));
    lines.set(reqId, mine);
    const leave = () => {
      if (lines.get(reqId) === mine) lines.delete(reqId);
    };
    mine.then(leave, leave);
    return mine;
  }

  await opened(socket, ended);
  heartbeat = setInterval(() => {
    if (!heard) {
      close(`nothing was heard for ${2 * heartbeatMs} ms`);
      return;
    }
    heard = false;
    send('ping', undefined, randomUUID()).catch(() => undefined);
  }, heartbeatMs);
  return { call, ended, close };
}

async function opened(socket: WebSocket, ended: Promise<string>): Promise<void> {
  const isOpen = new Promise<undefined>((resolve) => socket.once('open', () => resolve(undefined)));
  const reason = await Promise.race([isOpen, ended]);
  if (reason !== undefined) throw new DeliveryError(`no connection: ${reason}`, { retryable: true });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsure(message: string, ambiguous: boolean): DeliveryError {
  return new DeliveryError(message, { retryable: true, ambiguous });
}
