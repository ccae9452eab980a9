import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type ShownMessage, SlackChats } from './slack-chats.ts';

/** How a call goes wrong. `after-delivery`: it was done, but the caller hears otherwise. */
export type SlackFault =
  | { type: 'ratelimited'; retryAfter: number }
  | { type: 'error'; error: string }
  | { type: 'after-delivery' }
  | { type: 'reset' }
  | { type: 'html' };

export interface SlackServer {
  /** What `baseUrl` is set to. */
  url: string;
  botToken: string;
  appToken: string;
  botUser: string;
  /** What people see, in order. */
  messages: ShownMessage[];
  /** Calls that a careful client does not make. A test that expects none checks that this is empty. */
  refusals: string[];
  /** The first shown message that fits, as soon as it is there. */
  waitFor(predicate: (message: ShownMessage) => boolean, timeoutMs?: number): Promise<ShownMessage>;
  /** Asked for each call; undefined lets it through. */
  setFail(fail: ((method: string) => SlackFault | undefined) | undefined): void;
  /** Files by path; each needs the bot's token. */
  files: Map<string, { type: string; body: Uint8Array }>;
  sockets(): number;
  /** Sends an envelope to one of the open sockets; resolves when it is acknowledged, false when it is not within the time. */
  push(type: 'events_api' | 'interactive', payload: object, timeoutMs?: number): Promise<boolean>;
  /** Ends the sockets as Slack does before it renews them. */
  disconnect(): void;
  close(): Promise<void>;
}

const maximumBytes = 1_000_000;
const scopes = 'chat:write,app_mentions:read,im:history,files:read';

/** Slack's Web API and Socket Mode on loopback, as strict as Slack says it is. */
export async function startSlackServer(): Promise<SlackServer> {
  const botToken = `xoxb-${randomUUID()}`;
  const appToken = `xapp-1-${randomUUID()}`;
  const botUser = 'U0BOT';
  const chats = new SlackChats();
  const refusals: string[] = [];
  const files: SlackServer['files'] = new Map();
  const sockets = new Set<WebSocket>();
  const acknowledged = new EventEmitter().setMaxListeners(0);
  let fail: ((method: string) => SlackFault | undefined) | undefined;
  let tickets = new Set<string>();
  let url = '';

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      refusals.push(String(error));
      send(response, 200, { ok: false, error: 'fatal_error' });
    });
  });
  const socketServer = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', url).searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    socketServer.handleUpgrade(request, socket, head, (webSocket) => {
      sockets.add(webSocket);
      webSocket.on('close', () => sockets.delete(webSocket));
      webSocket.on('message', (data) => {
        const ack = z.object({ envelope_id: z.uuid() }).safeParse(JSON.parse(String(data)));
        if (ack.success) acknowledged.emit(ack.data.envelope_id);
        else refusals.push('an acknowledgement without envelope_id');
      });
      webSocket.send(JSON.stringify({ type: 'hello', num_connections: sockets.size }));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    const authorization = request.headers.authorization;
    const file = files.get(pathname);
    if (file) {
      if (authorization !== `Bearer ${botToken}`)
        return void response.writeHead(302, { location: '/' }).end();
      return void response.writeHead(200, { 'content-type': file.type }).end(file.body);
    }
    const method = /^\/api\/([a-zA-Z.]+)$/.exec(pathname)?.[1];
    if (!method || request.method !== 'POST') return void response.writeHead(404).end();
    const body = await formOf(request);
    const fault = fail?.(method);
    if (fault?.type === 'reset') return void request.socket.destroy();
    if (fault?.type === 'html') return void response.writeHead(502).end('<html>Bad gateway</html>');
    if (fault?.type === 'ratelimited') {
      const headers = { 'retry-after': String(fault.retryAfter) };
      return send(response, 429, { ok: false, error: 'ratelimited' }, headers);
    }
    if (fault?.type === 'error') return send(response, 200, { ok: false, error: fault.error });
    const wanted = method.startsWith('apps.') ? appToken : botToken;
    if (authorization !== `Bearer ${wanted}`)
      return send(response, 200, { ok: false, error: 'invalid_auth' });
    const result = call(method, body);
    if (fault?.type === 'after-delivery') return send(response, 500, { ok: false, error: 'internal_error' });
    send(response, 200, result, { 'x-oauth-scopes': scopes });
  }

  function call(method: string, body: Record<string, string>): object {
    switch (method) {
      case 'auth.test':
        return { ok: true, url, team: 'Testers', user: 'errand', team_id: 'T1', user_id: botUser };
      case 'apps.connections.open': {
        const ticket = randomUUID();
        tickets.add(ticket);
        return { ok: true, url: `${url.replace('http', 'ws')}/link?ticket=${ticket}` };
      }
      case 'chat.postMessage':
      case 'chat.update': {
        const result = chats.take(method, body);
        if ('error' in result) refusals.push(`${method}: ${result.error}`);
        return 'error' in result ? { ok: false, ...result } : { ok: true, ...result };
      }
      default:
        refusals.push(`unknown method ${method}`);
        return { ok: false, error: 'unknown_method' };
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    botToken,
    appToken,
    botUser,
    messages: chats.messages,
    refusals,
    files,
    waitFor: (predicate, timeoutMs) => chats.waitFor(predicate, timeoutMs),
    setFail: (next) => {
      fail = next;
    },
    sockets: () => sockets.size,
    async push(type, payload, timeoutMs = 5_000) {
      const envelope_id = randomUUID();
      const [socket] = sockets;
      if (!socket) throw new Error('no socket is open');
      const heard = once(acknowledged, envelope_id, { signal: AbortSignal.timeout(timeoutMs) });
      socket.send(JSON.stringify({ envelope_id, type, payload, accepts_response_payload: false }));
      return heard.then(
        () => true,
        () => false,
      );
    },
    disconnect() {
      for (const socket of sockets) {
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
        socket.close();
      }
    },
    async close() {
      tickets = new Set();
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > maximumBytes) throw new Error('the body is too large');
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(text);
  return Object.fromEntries(new URLSearchParams(text));
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
