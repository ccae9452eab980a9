import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

/** What a client says: `ack` of a message that is durable. */
const said = z.union([z.object({ hello: z.string() }), z.object({ ack: z.string() })]);
const redeliverMs = 1_000;

/** A platform with nothing but a line: pushes messages to whoever is connected, again until they are acknowledged. */
export interface LineServer {
  url: string;
  /** Whoever is connected and confirmed now, in the order of their coming. */
  live(): string[];
  /** The most that were live at once. */
  most(): number;
  /** When clients said hello, refused ones included. Epoch milliseconds. */
  attempts: number[];
  /** Messages that nobody has made durable yet. */
  unacknowledged(): string[];
  /** Something that a person says; resolves when it was acknowledged. */
  say(id: string): Promise<void>;
  /** Refuses whoever comes from now on, or no more. */
  refuse(refusing: boolean): void;
  /** Ends all connections. */
  hangUp(): void;
  close(): Promise<void>;
}

export async function startLineServer(): Promise<LineServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  const clients = new Map<WebSocket, string>();
  const waiting = new Map<string, () => void>();
  const attempts: number[] = [];
  let most = 0;
  let refusing = false;
  let turn = 0;

  server.on('connection', (socket) => {
    socket.on('close', () => clients.delete(socket));
    socket.on('message', (data) => {
      const message = said.parse(JSON.parse(String(data)));
      if ('ack' in message) {
        waiting.get(message.ack)?.();
        waiting.delete(message.ack);
        return;
      }
      attempts.push(Date.now());
      if (refusing) {
        socket.close(4_001, 'refused');
        return;
      }
      clients.set(socket, message.hello);
      most = Math.max(most, clients.size);
      socket.send(JSON.stringify({ welcome: true }));
    });
  });

  /** Several connections are served in turn. */
  function push(id: string): void {
    const sockets = [...clients.keys()];
    const socket = sockets[turn++ % Math.max(1, sockets.length)];
    socket?.send(JSON.stringify({ message: id }));
  }

  return {
    url: `ws://127.0.0.1:${address.port}`,
    live: () => [...clients.values()],
    most: () => most,
    attempts,
    unacknowledged: () => [...waiting.keys()],
    async say(id) {
      const acked = new Promise<void>((resolve) => waiting.set(id, resolve));
      push(id);
      const again = setInterval(() => push(id), redeliverMs);
      await acked;
      clearInterval(again);
    },
    refuse(value) {
      refusing = value;
    },
    hangUp() {
      for (const socket of clients.keys()) socket.close(1_012, 'the service restarts');
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
