import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Cards } from './cards.ts';
import { apiRefusal, type FakeCall, type FakeFault, Refusal } from './fault.ts';
import { Gateway } from './gateway.ts';
import { Ledger } from './ledger.ts';
import { type GroupRobot, Robots } from './robots.ts';
import { robotBody, type Saying } from './sayings.ts';
import { downloadRequest, tokenRequest } from './schemas.ts';

export interface FakeDingtalkOptions {
  appKey?: string;
  appSecret?: string;
  robotCode?: string;
  cardTemplateId?: string;
  groupRobot?: GroupRobot;
  /** Epoch milliseconds. */
  clock?: () => number;
}

const tokenSeconds = 7_200;
const callsPerSecond = 20;
const sessionMs = 5_400_000;

/** DingTalk on loopback, as strict as it is: signatures, tokens, rates, sizes, and the schema of every call. */
export async function startFakeDingtalk(options: FakeDingtalkOptions = {}) {
  const {
    appKey = 'dingfakeappkey',
    appSecret = 'fake-app-secret',
    robotCode = appKey,
    cardTemplateId = 'f4k3-card.schema',
    groupRobot = { accessToken: 'fakegrouptoken', secret: 'SECfake' },
    clock = Date.now,
  } = options;
  let origin = '';
  const ledger = new Ledger();
  const robots = new Robots(ledger, clock);
  const cards = new Cards(ledger, cardTemplateId, robotCode);
  const gateway = new Gateway({ appKey, appSecret }, () => origin);
  const files = new Map<string, { body: Uint8Array; type: string }>();
  const refusals: string[] = [];
  const calls: string[] = [];
  const tokens = new Map<string, number>();
  let recentCalls: number[] = [];
  let fail: ((call: FakeCall) => FakeFault | undefined) | undefined;

  const routes: Record<string, [route: string, method: string, handle: (url: URL, body: string) => unknown]> =
    {
      '/v1.0/oauth2/accessToken': ['token', 'POST', (_, body) => issue(body)],
      '/v1.0/robot/groupMessages/send': [
        'group',
        'POST',
        (_, body) => robots.byApi(robotCode, 'group', JSON.parse(body)),
      ],
      '/v1.0/robot/oToMessages/batchSend': [
        'person',
        'POST',
        (_, body) => robots.byApi(robotCode, 'person', JSON.parse(body)),
      ],
      '/v1.0/card/instances/createAndDeliver': [
        'card',
        'POST',
        (_, body) => cards.createAndDeliver(JSON.parse(body)),
      ],
      '/v1.0/card/streaming': ['streaming', 'PUT', (_, body) => cards.stream(JSON.parse(body))],
      '/v1.0/robot/messageFiles/download': ['download', 'POST', (_, body) => addressOfFile(body)],
      '/v1.0/gateway/connections/open': ['open', 'POST', (_, body) => gateway.open(JSON.parse(body))],
      '/robot/sendBySession': ['session', 'POST', (url, body) => robots.bySession(url.searchParams, body)],
      '/robot/send': ['robot', 'POST', (url, body) => robots.byAddress(groupRobot, url.searchParams, body)],
    };
  const withoutToken = new Set(['token', 'open', 'session', 'robot']);

  function issue(body: string): object {
    const asked = tokenRequest.safeParse(JSON.parse(body));
    if (!asked.success || asked.data.appKey !== appKey || asked.data.appSecret !== appSecret) {
      throw apiRefusal(400, 'invalidClientIdOrSecret');
    }
    const accessToken = randomUUID();
    tokens.set(accessToken, clock() + tokenSeconds * 1_000);
    return { accessToken, expireIn: tokenSeconds };
  }

  function addressOfFile(body: string): object {
    const asked = downloadRequest.safeParse(JSON.parse(body));
    if (!asked.success || asked.data.robotCode !== robotCode) throw apiRefusal(400, 'param.error');
    if (!files.has(asked.data.downloadCode)) throw apiRefusal(400, 'downloadCode.expired');
    return { downloadUrl: `${origin}/files?code=${encodeURIComponent(asked.data.downloadCode)}` };
  }

  function admit(route: string, request: IncomingMessage): void {
    if (withoutToken.has(route)) return;
    const until = tokens.get(String(request.headers['x-acs-dingtalk-access-token']));
    if (until === undefined || until < clock()) throw apiRefusal(400, 'InvalidAuthentication');
    const now = clock();
    recentCalls = [...recentCalls.filter((at) => now - at < 1_000), now];
    if (recentCalls.length > callsPerSecond)
      throw apiRefusal(403, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname === '/files') return sendFile(url, response);
    const [route, method, handle] = routes[url.pathname] ?? [];
    const body = await bodyOf(request);
    if (!route || !handle || request.method !== method) {
      refusals.push(`${request.method} ${url.pathname}`);
      response.writeHead(404).end();
      return;
    }
    calls.push(route);
    const fault = fail?.({ route, count: calls.filter((one) => one === route).length });
    if (fault?.type === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const isInstead = fault && fault.type !== 'slow' && !fault.afterwards;
    const [status, said] = isInstead ? [200, {}] : done(route, request, () => handle(url, body));
    if (fault?.type === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const headers = {
      'content-type': 'application/json',
      ...(fault?.type === 'status' ? fault.headers : {}),
    };
    response.writeHead(fault?.type === 'status' ? fault.status : status, headers);
    response.end(JSON.stringify(fault?.type === 'status' ? (fault.body ?? {}) : said));
  }

  function done(route: string, request: IncomingMessage, handle: () => unknown): [number, unknown] {
    try {
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
        throw apiRefusal(400, 'contentType');
      admit(route, request);
      return [200, handle()];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(`${route}: ${error.message}`);
      return [error.status, error.body];
    }
  }

  function sendFile(url: URL, response: ServerResponse): void {
    const file = files.get(url.searchParams.get('code') ?? '');
    response.writeHead(file ? 200 : 403, file ? { 'content-type': file.type } : {});
    response.end(file?.body);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      refusals.push(String(error));
      response.writeHead(500).end();
    });
  });
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  origin = `http://127.0.0.1:${address.port}`;

  return {
    origin,
    /** What an account of it needs. */
    account: { appKey, appSecret, cardTemplateId, robotCode, baseUrl: origin, oapiBaseUrl: origin },
    groupRobot,
    ledger,
    gateway,
    robots,
    /** By download code. */
    files,
    /** What was refused, and why. A test that expects none checks that this is empty. */
    refusals,
    /** The routes that were called, in order. */
    calls,
    /** What somebody says, with a session that lives for 90 minutes. */
    saying(content: string | object, saying: Saying = {}): Record<string, unknown> {
      const until = saying.until ?? clock() + sessionMs;
      const chat = saying.group ? `group ${saying.group}` : `person ${saying.staff ?? 'staff-1'}`;
      const session = robots.openSession(chat, until);
      const sessionWebhook = `${origin}/robot/sendBySession?session=${session}`;
      return robotBody(content, { robotCode, sessionWebhook, ...saying, until });
    },
    /** The tokens that it gave are good no more. */
    expireTokens: () => tokens.clear(),
    setFail(next: typeof fail) {
      fail = next;
    },
    async close() {
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type FakeDingtalk = Awaited<ReturnType<typeof startFakeDingtalk>>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
