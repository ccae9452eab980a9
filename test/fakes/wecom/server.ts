import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ApiAnswer, AppApi, type FakeApp } from './app.ts';
import { BotGateway, type FakeBot } from './bot-socket.ts';
import { ResponseCodes } from './response-urls.ts';
import { Seen } from './seen.ts';

/** How a call goes wrong. `after-delivery`: it was obeyed, but the caller hears otherwise. */
export type ApiFault =
  | { type: 'answer'; answer: ApiAnswer }
  | { type: 'status'; status: number; headers?: Record<string, string> }
  | { type: 'hang' }
  | { type: 'reset' }
  | { type: 'after-delivery'; status: number };

export interface ApiCall {
  path: string;
  /** Of this path, counted from 1. */
  attempt: number;
}

export interface WecomServer {
  /** Of the API. */
  url: string;
  /** Of the bot's gateway. */
  wsUrl: string;
  seen: Seen;
  app: AppApi;
  bot: BotGateway;
  codes: ResponseCodes;
  calls: ApiCall[];
  /** Files that bots' messages point to, by path. */
  files: Map<string, Buffer>;
  setFail(fail: (call: ApiCall) => ApiFault | undefined): void;
  close(): Promise<void>;
}

export interface WecomServerOptions {
  app?: FakeApp;
  bot?: FakeBot;
  clock?: () => number;
}

export const defaultApp: FakeApp = {
  corpId: 'ww1234567890abcdef',
  secret: 'app-secret',
  agentId: 1_000_002,
  members: ['ada', 'bob'],
};
export const defaultBot: FakeBot = { botId: 'aib-1', secret: 'bot-secret' };

const maximumBytes = 1_000_000;

/** The vendor on loopback: the API of an app, a bot's gateway and its single-use addresses, as strict as the real ones. */
export async function startWecomServer({
  app = defaultApp,
  bot = defaultBot,
  clock = Date.now,
}: WecomServerOptions = {}): Promise<WecomServer> {
  const seen = new Seen();
  const api = new AppApi(app, seen, clock);
  const gateway = new BotGateway(bot, seen, clock);
  const codes = new ResponseCodes(seen, clock);
  const calls: ApiCall[] = [];
  const files = new Map<string, Buffer>();
  let fail: (call: ApiCall) => ApiFault | undefined = () => undefined;

  function answerOf(method: string, url: URL, body: unknown): ApiAnswer {
    const { pathname, searchParams: query } = url;
    if (`${method} ${pathname}` === 'GET /cgi-bin/gettoken') return api.getToken(query);
    if (`${method} ${pathname}` === 'POST /cgi-bin/aibot/response') return codes.take(query, body);
    const problem = api.tokenProblem(query);
    if (problem) return problem;
    if (`${method} ${pathname}` === 'POST /cgi-bin/message/send') return api.send(body);
    if (`${method} ${pathname}` === 'GET /cgi-bin/agent/get') return api.agent(query);
    if (`${method} ${pathname}` === 'GET /cgi-bin/media/get')
      return { errcode: 40007, errmsg: 'invalid media_id' };
    return { errcode: 40066, errmsg: 'invalid url' };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { pathname: path } = url;
    const file = files.get(path);
    if (file) {
      response
        .writeHead(200, {
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('报告.pdf')}`,
        })
        .end(file);
      return;
    }
    const body = await bodyOf(request);
    const call = { path, attempt: calls.filter((other) => other.path === path).length + 1 };
    calls.push(call);
    const fault = fail(call);
    if (fault?.type === 'hang') return;
    if (fault?.type === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault?.type === 'status') {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const media =
      path === '/cgi-bin/media/get' &&
      !api.tokenProblem(url.searchParams) &&
      api.media.get(url.searchParams.get('media_id') ?? '');
    if (media) {
      response
        .writeHead(200, {
          'content-type': media.mimeType,
          'content-disposition': `attachment; filename="${media.name}"`,
        })
        .end(media.body);
      return;
    }
    const answer = fault?.type === 'answer' ? fault.answer : answerOf(request.method ?? '', url, body);
    const status = fault?.type === 'after-delivery' ? fault.status : 200;
    response
      .writeHead(status, { 'content-type': 'application/json; charset=UTF-8' })
      .end(JSON.stringify(answer));
  }

  const server = createServer(
    (request, response) => void handle(request, response).catch(() => request.destroy()),
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    gateway.wss.handleUpgrade(request, socket, head, (ws) => gateway.wss.emit('connection', ws, request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    wsUrl: `ws://127.0.0.1:${address.port}`,
    seen,
    app: api,
    bot: gateway,
    codes,
    calls,
    files,
    setFail(next) {
      fail = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maximumBytes) throw new Error('too much');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  if (!request.headers['content-type']?.startsWith('application/json')) throw new Error('not JSON');
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
