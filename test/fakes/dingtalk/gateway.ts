import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { z } from 'zod';
import { apiRefusal } from './fault.ts';
import { ack, openRequest } from './schemas.ts';

const ticketMs = 90_000;

export type Ack = z.infer<typeof ack>;

interface Client {
  socket: WebSocket;
  topics: Set<string>;
  acks: Map<string, (ack: Ack) => void>;
  pings: NodeJS.Timeout;
}

/** The gateway of stream mode: tickets that are good once, connections that it pings, frames that it wants answered. */
export class Gateway {
  /** What the clients did that the protocol does not know. */
  readonly flaws: string[] = [];
  pingMs = 1_000;
  /** Neither pings nor pushes, and does not say so. */
  isStalled = false;
  private readonly origin: () => string;
  private readonly app: { appKey: string; appSecret: string };
  private readonly tickets = new Map<string, { until: number; topics: Set<string> }>();
  private readonly clients = new Set<Client>();
  private readonly server = new WebSocketServer({ noServer: true });

  constructor(app: { appKey: string; appSecret: string }, origin: () => string) {
    this.app = app;
    this.origin = origin;
  }

  get connections(): number {
    return this.clients.size;
  }

  /** Whether somebody listens. */
  isReady(topic: string): boolean {
    return [...this.clients].some(({ topics }) => topics.has(topic));
  }

  open(body: unknown): object {
    const result = openRequest.safeParse(body);
    if (!result.success) throw apiRefusal(400, 'param.error');
    const { clientId, clientSecret, subscriptions } = result.data;
    if (clientId !== this.app.appKey || clientSecret !== this.app.appSecret)
      throw apiRefusal(401, 'authFailed');
    const ticket = randomUUID();
    const topics = new Set(subscriptions.map(({ topic }) => topic));
    this.tickets.set(ticket, { until: Date.now() + ticketMs, topics });
    return { endpoint: `${this.origin().replace(/^http/, 'ws')}/connect`, ticket };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = new URL(request.url ?? '/', 'http://fake').searchParams.get('ticket') ?? '';
    const ticket = this.tickets.get(id);
    this.tickets.delete(id);
    if (!ticket || ticket.until < Date.now()) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (connected) => this.add(connected, ticket.topics));
  }

  /** Pushes a callback on any connection; resolves with its answer. */
  push(topic: string, data: unknown, timeoutMs = 15_000): Promise<Ack> {
    const able = [...this.clients].filter(({ topics }) => topics.has(topic));
    const client = able[Math.floor(Math.random() * able.length)];
    if (!client) throw new Error(`nobody listens to ${topic}`);
    const messageId = randomUUID();
    const headers = { topic, messageId, contentType: 'application/json', time: String(Date.now()) };
    const answered = new Promise<Ack>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${topic} was not answered`)), timeoutMs);
      client.acks.set(messageId, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
    const frame = { specVersion: '1.0', type: 'CALLBACK', headers, data: JSON.stringify(data) };
    client.socket.send(JSON.stringify(frame));
    return answered;
  }

  /** Announces the end of all connections, and ends them after a silence. */
  disconnect(silenceMs = 10_000): void {
    for (const client of this.clients) {
      this.announceEnd(client);
      setTimeout(() => client.socket.terminate(), silenceMs).unref();
    }
  }

  /** Announces the end of all connections, and never thinks of them again. */
  forget(): void {
    for (const client of this.clients) this.announceEnd(client);
  }

  /** Ends all connections without a word. */
  drop(): void {
    for (const { socket } of this.clients) socket.terminate();
  }

  close(): void {
    this.drop();
    this.server.close();
  }

  private add(socket: WebSocket, topics: Set<string>): void {
    const acks: Client['acks'] = new Map();
    const client: Client = { socket, topics, acks, pings: setInterval(() => this.ping(client), this.pingMs) };
    this.clients.add(client);
    socket.on('message', (data) => this.answered(client, String(data)));
    socket.on('close', () => {
      clearInterval(client.pings);
      this.clients.delete(client);
    });
  }

  /** Nothing comes by it any more, not even a ping. */
  private announceEnd({ socket, topics, pings }: Client): void {
    const headers = { topic: 'disconnect', contentType: 'application/json' };
    const data = JSON.stringify({ reason: 'connection is expired' });
    socket.send(JSON.stringify({ specVersion: '1.0', type: 'SYSTEM', headers, data }));
    topics.clear();
    clearInterval(pings);
  }

  private ping(client: Client): void {
    if (this.isStalled) return;
    const messageId = randomUUID();
    const data = JSON.stringify({ opaque: messageId });
    client.acks.set(messageId, (answer) => {
      if (answer.data !== data) this.flaws.push('a ping was answered with something else');
    });
    const headers = { topic: 'ping', messageId, contentType: 'application/json' };
    client.socket.send(JSON.stringify({ specVersion: '1.0', type: 'SYSTEM', headers, data }));
  }

  private answered(client: Client, text: string): void {
    const result = ack.safeParse(JSON.parse(text));
    const resolve = result.success && client.acks.get(result.data.headers.messageId);
    if (!resolve) {
      this.flaws.push(`not an answer to anything: ${text}`);
      return;
    }
    client.acks.delete(result.data.headers.messageId);
    resolve(result.data);
  }
}
