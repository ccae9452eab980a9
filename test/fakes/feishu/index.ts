/**
 * A platform on loopback that is as strict as Feishu: app and token, forms and sizes of calls, limits of its APIs,
 * repeats by `uuid`, cards that may be changed. It keeps what a person would see, plays the person who writes and
 * presses buttons, and pushes events as genuine signed callbacks or on the long connection.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { endpointCall } from './calls.ts';
import { challengeOf, type EventOrigin, messageEventOf, pressEventOf, type SaidMessage } from './events.ts';
import { type Ack, FakeLongConnections } from './long-connection.ts';
import { FakeMessages } from './messages.ts';
import { FakeRest } from './rest.ts';
import { callbackOf } from './signed.ts';
import type { FakeApp, FakeFile, RestAnswer, RestCall } from './wire.ts';

/** How a call goes wrong. `isTaken`: it was done, but the caller hears otherwise. */
export interface FakeFault {
  type: 'status' | 'code' | 'hang' | 'reset';
  /** HTTP status, or the platform's code. */
  value?: number;
  headers?: Record<string, string>;
  isTaken?: boolean;
}

export interface FakeFeishuOptions {
  encryptKey?: string;
  verificationToken?: string;
  /** Epoch milliseconds. */
  clock?(): number;
}

export interface FakeFeishu {
  url: string;
  app: FakeApp;
  messages: FakeMessages;
  rest: FakeRest;
  connections: FakeLongConnections;
  /** All calls, failed ones included. */
  calls: { method: string; path: string }[];
  /** Asked before each call; undefined lets it through. */
  setFault(fault: ((call: { method: string; path: string }) => FakeFault | undefined) | undefined): void;
  /** Settings of the account, without its id. */
  account: {
    kind: 'feishu';
    appId: string;
    appSecret: string;
    encryptKey?: string;
    verificationToken?: string;
    baseUrl: string;
  };
  /** A person writes; the event goes to a callback address. */
  sayTo(callback: string, said: SaidMessage): Promise<Response>;
  /** A person writes; the event goes to the connected bot. */
  say(said: SaidMessage, options?: { fragments?: number }): Promise<Ack>;
  /** A person presses a button of a card. */
  pressTo(callback: string, press: { message: string; label: string; person?: string }): Promise<Response>;
  press(press: { message: string; label: string; person?: string }): Promise<Ack>;
  /** An event again, signed anew, as the platform sends what was not acknowledged. */
  push(callback: string, event: object): Promise<Response>;
  eventOf(said: SaidMessage): object;
  /** What is asked when the callback address is saved. */
  challenge(callback: string, challenge: string): Promise<Response>;
  attach(message: string, key: string, file: FakeFile): void;
  close(): Promise<void>;
}

export async function startFakeFeishu(options: FakeFeishuOptions = {}): Promise<FakeFeishu> {
  const { encryptKey, verificationToken = randomUUID(), clock = Date.now } = options;
  const app: FakeApp = {
    appId: `cli_${randomBytes(8).toString('hex')}`,
    appSecret: randomBytes(16).toString('hex'),
    botOpenId: 'ou_bot',
    botName: 'Errand',
  };
  const messages = new FakeMessages();
  const rest = new FakeRest(app, messages);
  const calls: FakeFeishu['calls'] = [];
  let faultOf: ((call: { method: string; path: string }) => FakeFault | undefined) | undefined;

  const server = createServer((request, response) => {
    void readBody(request).then((body) => serve(request, response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the platform has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const connections = new FakeLongConnections(server);

  function serve(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', url);
    const { method = 'GET' } = request;
    const call = { method, path };
    calls.push(call);
    const fault = faultOf?.(call);
    const take = () =>
      answerTo({ ...call, query, body, authorization: request.headers.authorization, now: clock() });
    if (!fault || fault.isTaken) {
      const answer = take();
      if (!fault) send(response, answer);
    }
    if (fault?.type === 'reset') request.socket.resetAndDestroy();
    if (fault?.type === 'status' || fault?.type === 'code') send(response, faultAnswer(fault));
  }

  function answerTo(call: RestCall): RestAnswer {
    if (call.path !== '/callback/ws/endpoint') return rest.handle(call);
    const { AppID, AppSecret } = endpointCall.parse(JSON.parse(call.body.toString('utf8')));
    if (AppID !== app.appId || AppSecret !== app.appSecret) {
      return { status: 200, body: { code: 514, msg: 'auth failed', data: {} } };
    }
    const data = { URL: connections.address(url), ClientConfig: connections.settings };
    return { status: 200, body: { code: 0, msg: '', data } };
  }

  const origin = (): EventOrigin => ({ appId: app.appId, verificationToken, now: clock() });

  function heard(said: SaidMessage): object {
    const id = said.id ?? `om_${randomUUID()}`;
    const { chat = 'oc_direct', type = 'text', text = '' } = said;
    const rest = { buttons: [], earlier: [], reactions: [], at: clock() };
    const thread = said.thread === undefined ? {} : { thread: said.root ?? id };
    messages.add({ id, chat, from: 'person', type, text, ...thread, ...rest });
    return messageEventOf({ ...said, id }, origin());
  }

  function pressed({
    message: id,
    label,
    person,
  }: {
    message: string;
    label: string;
    person?: string;
  }): object {
    const message = messages.byId(id);
    const button = message?.buttons.find((one) => one.label === label);
    if (!message || !button) throw new Error(`no button ${label}`);
    return pressEventOf(
      { value: button.value, message: id, chat: message.chat, ...(person ? { person } : {}) },
      origin(),
    );
  }

  function push(callback: string, event: object): Promise<Response> {
    return fetch(callback, {
      method: 'POST',
      ...callbackOf(JSON.stringify(event), encryptKey === undefined ? {} : { encryptKey }, clock()),
    });
  }

  return {
    url,
    app,
    messages,
    rest,
    connections,
    calls,
    setFault(fault) {
      faultOf = fault;
    },
    account: {
      kind: 'feishu',
      appId: app.appId,
      appSecret: app.appSecret,
      ...(encryptKey === undefined ? {} : { encryptKey }),
      verificationToken,
      baseUrl: url,
    },
    sayTo: (callback, said) => push(callback, heard(said)),
    say: (said, how) => connections.push(heard(said), how),
    pressTo: (callback, press) => push(callback, pressed(press)),
    press: (press) => connections.push(pressed(press)),
    push,
    eventOf: heard,
    challenge: (callback, challenge) => push(callback, challengeOf(challenge, verificationToken)),
    attach(message, key, file) {
      rest.files.set(`${message} ${key}`, file);
    },
    async close() {
      connections.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function faultAnswer({ type, value = 500, headers = {} }: FakeFault): RestAnswer {
  return type === 'code'
    ? { status: 400, body: { code: value, msg: 'fault' }, headers }
    : { status: value, body: { msg: 'fault' }, headers };
}

function send(response: ServerResponse, { status, body, headers = {} }: RestAnswer): void {
  const isFile = Buffer.isBuffer(body);
  response.writeHead(status, { ...(isFile ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(isFile ? body : JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
