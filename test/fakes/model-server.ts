/**
 * A model vendor at the wire: the OpenAI chat protocol over node:http, strict about what it is asked, and able to
 * misbehave in every way the gateway must survive. Cheap enough to share two cores with what is measured.
 */
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answer, send } from './model-server-answer.ts';
import { behave } from './model-server-behaving.ts';
import { type ChatRequest, chatRequest } from './model-server-request.ts';
import { errorBody, type Reply } from './model-server-wire.ts';

export type { ChatRequest } from './model-server-request.ts';
export type { Reply, TextReply } from './model-server-wire.ts';

/** A parameter, or one form of it, that some vendors answer with 400. */
export type Refusable = 'response_format' | 'json_schema' | 'stream_options' | 'temperature' | 'max_tokens';

export interface ModelServerOptions {
  /** Answers in order; one request too many gets a 500 and an entry in `failures`. */
  script?: Reply[];
  /** Asked when there is no script; default `behave`. `count` starts at 1. */
  behaviour?: (request: ChatRequest, count: number) => Reply;
  /** Before the first byte of an answer. */
  latencyMs?: number | ((request: ChatRequest) => number);
  /** Required as bearer token. */
  apiKey?: string;
  refuse?: Refusable[];
  /** Assistant messages with tool calls must bring `reasoning_content` back. */
  wantsReasoning?: true;
  /** What `GET /v1/models` answers: these ids, or anything else. */
  models?: string[] | { status: number; body: string };
  /** Speaks TLS with this certificate. */
  tls?: { key: string; cert: string };
  /** Share of requests answered with 500, by a generator seeded with `seed`. */
  failFraction?: number;
  seed?: number;
  /** Keep requests in `requests`; default true. */
  record?: boolean;
  port?: number;
}

export interface RecordedRequest {
  body: ChatRequest;
  headers: IncomingMessage['headers'];
}

export interface ModelServer {
  /** Base URL, `/v1` included. */
  endpoint: string;
  requests: RecordedRequest[];
  /** What a well-behaved client never causes: malformed requests, a script run dry. */
  failures: string[];
  /** Requests for a completion so far. */
  count(): number;
  /** Requests for the list of models so far. */
  lists(): number;
  /** Requests that are neither answered nor given up by the client. */
  underWay(): number;
  /** Connections opened so far. */
  connections(): number;
  close(): Promise<void>;
}

const maxBodyBytes = 4_000_000;

/** Starts the fake on a loopback port, random unless given. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const failures: string[] = [];
  const script = options.script ? [...options.script] : undefined;
  const random = randomFrom(options.seed ?? 1);
  let count = 0;
  let underWay = 0;
  let connections = 0;
  let lists = 0;

  const nextReply = (body: ChatRequest): Reply => {
    if (options.failFraction && random() < options.failFraction) {
      return { status: 500, body: errorBody('The server had an error (injected).') };
    }
    if (!script) return (options.behaviour ?? behave)(body, count);
    const reply = script.shift();
    if (reply !== undefined) return reply;
    failures.push(`script exhausted at request ${count}`);
    return { status: 500, body: errorBody('The script of this fake is exhausted.') };
  };

  const listener: RequestListener = (request, response) => {
    readBody(request, (raw) => {
      if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
        return send(response, 401, errorBody('Incorrect API key provided.'));
      }
      if (request.method === 'GET' && request.url === '/v1/models') {
        lists += 1;
        const { models = ['fake'] } = options;
        if (!Array.isArray(models)) return send(response, models.status, models.body);
        const data = models.map((id) => ({ id, object: 'model' }));
        return send(response, 200, JSON.stringify({ object: 'list', data }));
      }
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
        return send(response, 404, errorBody(`Unknown path ${request.url}`));
      }
      const body = parse(raw);
      if (typeof body === 'string') {
        failures.push(body);
        return send(response, 400, errorBody(body));
      }
      count += 1;
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
      });
      if (options.record !== false) requests.push({ body, headers: request.headers });
      const refused = options.refuse?.find((name) => uses(body, name));
      if (refused) {
        const param = refused === 'json_schema' ? 'response_format' : refused;
        return send(response, 400, errorBody(`Unsupported parameter: '${param}' (${refused}).`, param));
      }
      if (options.wantsReasoning && body.messages.some(lacksReasoning)) {
        const words = 'The `reasoning_content` in the thinking mode must be passed back to the API.';
        return send(response, 400, errorBody(words));
      }
      const reply = nextReply(body);
      const { latencyMs = 0 } = options;
      const waitMs = typeof latencyMs === 'number' ? latencyMs : latencyMs(body);
      if (waitMs === 0) return answer(response, body, reply, raw.length);
      setTimeout(() => answer(response, body, reply, raw.length), waitMs);
    });
  };
  const server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', 4_096, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}/v1`,
    requests,
    failures,
    count: () => count,
    lists: () => lists,
    underWay: () => underWay,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readBody(request: IncomingMessage, done: (raw: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}

/** The request, or what a vendor would complain about. */
function parse(raw: string): ChatRequest | string {
  try {
    const parsed = chatRequest.safeParse(JSON.parse(raw));
    return parsed.success ? parsed.data : `Malformed request: ${parsed.error.message}`;
  } catch {
    return 'We could not parse the JSON body of your request.';
  }
}

function lacksReasoning(message: ChatRequest['messages'][number]): boolean {
  return (
    message.role === 'assistant' &&
    message.tool_calls !== undefined &&
    message.reasoning_content === undefined
  );
}

function uses(body: ChatRequest, name: Refusable): boolean {
  return name === 'json_schema' ? body.response_format?.type === 'json_schema' : body[name] !== undefined;
}

/** mulberry32: uniform in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
