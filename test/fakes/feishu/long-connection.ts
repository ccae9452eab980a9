import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeFrame, encodeFrame, methods } from './frames.ts';

/** How the bot answered an event on the long connection. */
export interface Ack {
  code: number;
  /** What its handler returned. */
  data?: unknown;
}

export interface ConnectionSettings {
  /** Seconds between two pings of the client. */
  PingInterval: number;
  ReconnectCount: number;
  ReconnectInterval: number;
  ReconnectNonce: number;
}

const ackMs = 3_000;
const maximumPushes = 5;

/** The platform's end of the long connections of one app: several clients share what comes. */
export class FakeLongConnections {
  /** Of all that are open. */
  readonly clients = new Set<WebSocket>();
  /** How often one was opened. */
  opened = 0;
  pings = 0;
  settings: ConnectionSettings = {
    PingInterval: 120,
    ReconnectCount: -1,
    ReconnectInterval: 120,
    ReconnectNonce: 30,
  };
  /** A stalled platform keeps its sockets open and says nothing. */
  isStalled = false;
  private isRefusing = false;
  private readonly tickets = new Set<string>();
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly acks = new EventEmitter();
  private readonly events = new EventEmitter<{ open: [] }>();

  constructor(http: Server) {
    this.acks.setMaxListeners(0);
    http.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '/', 'http://fake').searchParams.get('ticket') ?? '';
      if (!this.tickets.delete(ticket) || this.isRefusing) {
        this.isRefusing = false;
        socket.destroy();
        return;
      }
      this.server.handleUpgrade(request, socket, head, (client) => this.welcome(client));
    });
  }

  /** An address for one connection. */
  address(origin: string): string {
    const ticket = randomUUID();
    this.tickets.add(ticket);
    return `${origin.replace('http', 'ws')}/ws?device_id=${randomUUID()}&service_id=1&ticket=${ticket}`;
  }

  /**
   * Pushes an event to one of the clients, and again as long as no answer comes within 3 s: at once, not after the 15 s
   * that the platform waits. Resolves with the answer; rejects when there is none after five times.
   */
  async push(event: object, { fragments = 1 }: { fragments?: number } = {}): Promise<Ack> {
    for (let time = 0; time < maximumPushes; time += 1) {
      const ack = await this.pushOnce(event, fragments);
      if (ack) return ack;
    }
    throw new Error(`the event was not acknowledged at ${maximumPushes} times`);
  }

  private pushOnce(event: object, fragments: number): Promise<Ack | undefined> {
    const [client] = this.clients;
    if (!client) throw new Error('no client is connected');
    const message = randomUUID();
    const bytes = Buffer.from(JSON.stringify(event));
    const size = Math.ceil(bytes.length / fragments);
    const answer = new Promise<Ack | undefined>((resolve) => {
      const timer = setTimeout(() => {
        this.acks.removeAllListeners(message);
        resolve(undefined);
      }, ackMs);
      this.acks.once(message, (ack: Ack) => {
        clearTimeout(timer);
        resolve(ack);
      });
    });
    for (let seq = 0; seq < fragments; seq += 1) {
      const headers = {
        type: 'event',
        message_id: message,
        sum: String(fragments),
        seq: String(seq),
        trace_id: message,
      };
      const payload = bytes.subarray(seq * size, (seq + 1) * size);
      client.send(encodeFrame({ method: methods.data, headers, payload }));
    }
    return answer;
  }

  /** Resolves when `count` connections are open. */
  async waitForClients(count: number): Promise<void> {
    while (this.clients.size < count) {
      await new Promise<void>((resolve) => this.events.once('open', resolve));
    }
  }

  /** The next socket does not open. */
  refuse(): void {
    this.isRefusing = true;
  }

  /** Ends all connections without a word. */
  drop(): void {
    for (const client of this.clients) client.terminate();
  }

  close(): void {
    this.drop();
    this.server.close();
  }

  private welcome(client: WebSocket): void {
    this.clients.add(client);
    this.opened += 1;
    client.on('close', () => this.clients.delete(client));
    client.on('message', (data) => this.hear(client, Buffer.isBuffer(data) ? data : Buffer.alloc(0)));
    this.events.emit('open');
  }

  private hear(client: WebSocket, bytes: Buffer): void {
    if (this.isStalled) return;
    const { method, headers, payload } = decodeFrame(bytes);
    if (method === methods.control) {
      if (headers.type !== 'ping') return;
      this.pings += 1;
      const pong = Buffer.from(JSON.stringify(this.settings));
      client.send(encodeFrame({ method, headers: { type: 'pong' }, payload: pong }));
      return;
    }
    const { code, data }: { code: number; data?: string } = JSON.parse(payload.toString('utf8'));
    const ack: Ack = { code };
    if (data !== undefined) ack.data = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
    this.acks.emit(headers.message_id ?? '', ack);
  }
}
