import { networkInterfaces } from 'node:os';
import { type RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { ConnectDependencies } from '../../channel.ts';
import { DeliveryError } from '../../delivery-error.ts';
import { secretText } from '../../secret-text.ts';
import type { DingtalkAccount } from '../account.ts';
import { callOpenly } from '../api.ts';
import { topics } from './frame.ts';

const handshakeMs = 10_000;
const maxBytes = 1_000_000;
const closeMs = 3_000;

const opened = z.object({ endpoint: z.url({ protocol: /^wss?$/ }), ticket: z.string().min(1) });

/** What happens on a connection: also before `openSocket` resolves. */
export interface SocketEvents {
  text(text: string, socket: StreamSocket): void;
  /** The platform was heard. */
  alive(): void;
  closed(reason: string, socket: StreamSocket): void;
}

/** One connection of stream mode. */
export interface StreamSocket {
  /** Says nothing when it is closed. */
  send(text: string): void;
  /** Resolves when it is closed, by force after 3 s. */
  close(): Promise<void>;
  terminate(): void;
}

/** Asks for a ticket, which is good for one connection and 90 s, and connects with it. Throws `DeliveryError`. */
export async function openSocket(
  account: DingtalkAccount,
  dependencies: ConnectDependencies,
  events: SocketEvents,
): Promise<StreamSocket> {
  const { endpoint, ticket } = await fetchTicket(account, dependencies);
  const address = new URL(endpoint);
  address.searchParams.set('ticket', ticket);
  const isPlain = address.protocol === 'ws:';
  if (isPlain && !account.baseUrl?.startsWith('http:')) {
    throw new DeliveryError(`stream of ${account.id}: the platform offers an unencrypted connection`, {
      retryable: false,
    });
  }
  const socket = new WebSocket(address, { handshakeTimeout: handshakeMs, maxPayload: maxBytes });
  const handle = handleOf(socket, events);
  await connected(socket, account.id);
  return handle;
}

function handleOf(socket: WebSocket, events: SocketEvents): StreamSocket {
  const gone = new Promise<void>((resolve) => {
    socket.on('close', (code) => {
      resolve();
      events.closed(`the connection was closed (${code})`, handle);
    });
  });
  const handle: StreamSocket = {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    async close() {
      const timer = setTimeout(() => socket.terminate(), closeMs);
      socket.close(1000);
      await gone;
      clearTimeout(timer);
    },
    terminate: () => socket.terminate(),
  };
  socket.on('message', (data: RawData) => {
    events.alive();
    events.text(textOf(data), handle);
  });
  socket.on('ping', () => events.alive());
  socket.on('error', () => {
    // `close` follows.
  });
  return handle;
}

async function fetchTicket(account: DingtalkAccount, dependencies: ConnectDependencies) {
  const name = `stream of ${account.id}`;
  const answer = await callOpenly(
    account,
    { ...dependencies, now: dependencies.clock() },
    {
      name,
      method: 'POST',
      path: '/v1.0/gateway/connections/open',
      body: {
        clientId: account.appKey,
        clientSecret: secretText(account.appSecret) ?? '',
        ua: 'errand',
        localIp: localAddress(),
        subscriptions: Object.values(topics).map((topic) => ({ type: 'CALLBACK', topic })),
      },
    },
  );
  const result = opened.safeParse(answer);
  if (!result.success) throw new DeliveryError(`${name}: the answer has no ticket`, { retryable: true });
  return result.data;
}

function connected(socket: WebSocket, account: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('close', () =>
      reject(new DeliveryError(`stream of ${account}: the connection did not open`, { retryable: true })),
    );
  });
}

/** Shown in the vendor's console: which of several machines is connected. */
function localAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString('utf8');
}
