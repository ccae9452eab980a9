import { randomUUID } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ApiAnswer, ok, refused } from './app.ts';
import { botSend, botStream, cardUpdate, frame, subscription } from './forms.ts';
import { type Seen, type SeenMessage, shownOf } from './seen.ts';

/** A bot, as it stands in the vendor's console. */
export interface FakeBot {
  botId: string;
  secret: string;
}

/** How a command goes wrong. `silence`: it is not acknowledged; `drop-after`: obeyed, but the connection ends. */
export type BotFault = { type: 'refuse'; errcode: number } | { type: 'silence' } | { type: 'drop-after' };

interface Callback {
  at: number;
  chat: string;
  isEvent: boolean;
}

const streamMs = 600_000;
const eventMs = 5_000;

/** The vendor's end of a bot's long connection: one at a time, the newest. */
export class BotGateway {
  readonly wss = new WebSocketServer({ noServer: true, maxPayload: 1_000_000 });
  /** What was not as the vendor wants it. A test that expects nothing of the kind checks that this is empty. */
  readonly refusals: string[] = [];
  /** Connections that were ever subscribed. */
  subscriptions = 0;
  pings = 0;
  fail: (cmd: string, body: unknown) => BotFault | undefined = () => undefined;
  /** No answer to pings any more, nothing is sent: a stall. */
  stalled = false;
  #live: WebSocket | undefined;
  readonly #callbacks = new Map<string, Callback>();
  readonly #streams = new Map<string, SeenMessage & { at: number }>();
  readonly #taskIds = new Set<string>();
  readonly #knownChats = new Set<string>();
  readonly #bot: FakeBot;
  readonly #seen: Seen;
  readonly #clock: () => number;

  constructor(bot: FakeBot, seen: Seen, clock: () => number) {
    this.#bot = bot;
    this.#seen = seen;
    this.#clock = clock;
    this.wss.on('connection', (socket) => this.#serve(socket));
  }

  get isLive(): boolean {
    return this.#live !== undefined;
  }

  /** Sends a callback to whoever is subscribed. Throws when nobody is. */
  push(cmd: 'aibot_msg_callback' | 'aibot_event_callback', chat: string, body: object): string {
    if (!this.#live) throw new Error('no bot is connected');
    const reqId = randomUUID();
    this.#callbacks.set(reqId, { at: this.#clock(), chat, isEvent: cmd === 'aibot_event_callback' });
    this.#knownChats.add(chat);
    this.#live.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
    return reqId;
  }

  /** Ends the connection as a broken network does. */
  cut(): void {
    this.#live?.terminate();
  }

  #serve(socket: WebSocket): void {
    socket.on('close', () => {
      if (this.#live === socket) this.#live = undefined;
    });
    socket.on('message', (data) => this.#take(socket, String(data)));
  }

  #take(socket: WebSocket, data: string): void {
    const parsed = frame.safeParse(JSON.parse(data));
    if (!parsed.success) {
      this.#refuse(socket, `a frame that is none: ${data.slice(0, 200)}`);
      return;
    }
    const { cmd, headers, body } = parsed.data;
    if (this.stalled) return;
    const fault = this.fail(cmd, body);
    if (fault?.type === 'silence') return;
    const answer =
      fault?.type === 'refuse'
        ? refused(fault.errcode, 'told to fail')
        : this.#obey(socket, cmd, headers.req_id, body);
    if (answer.errcode !== 0 && fault === undefined)
      this.refusals.push(`${cmd}: ${answer.errcode} ${answer.errmsg}`);
    if (fault?.type === 'drop-after') {
      socket.terminate();
      return;
    }
    socket.send(JSON.stringify({ headers, ...answer }));
    if (answer.errcode !== 0 && cmd === 'aibot_subscribe') socket.close();
  }

  #refuse(socket: WebSocket, why: string): void {
    this.refusals.push(why);
    socket.terminate();
  }

  #obey(socket: WebSocket, cmd: string, reqId: string, body: unknown): ApiAnswer {
    if (cmd === 'aibot_subscribe') return this.#subscribe(socket, body);
    if (socket !== this.#live) return refused(846600, 'not subscribed');
    if (cmd === 'ping') {
      this.pings += 1;
      return ok();
    }
    if (cmd === 'aibot_respond_msg') return this.#stream(reqId, body);
    if (cmd === 'aibot_send_msg') return this.#send(body);
    if (cmd === 'aibot_respond_update_msg') return this.#update(reqId, body);
    return refused(40058, `unknown command ${cmd}`);
  }

  #subscribe(socket: WebSocket, body: unknown): ApiAnswer {
    const given = subscription.safeParse(body).data;
    if (given?.bot_id !== this.#bot.botId || given.secret !== this.#bot.secret)
      return refused(853000, 'invalid bot_id or secret');
    const older = this.#live;
    this.#live = socket;
    this.subscriptions += 1;
    if (older) {
      const event = {
        msgid: randomUUID(),
        aibotid: this.#bot.botId,
        from: { userid: 'system' },
        msgtype: 'event',
        event: { eventtype: 'disconnected_event' },
      };
      older.send(
        JSON.stringify({ cmd: 'aibot_event_callback', headers: { req_id: randomUUID() }, body: event }),
      );
      older.close();
    }
    return ok();
  }

  #stream(reqId: string, body: unknown): ApiAnswer {
    const callback = this.#callbacks.get(reqId);
    if (!callback) return refused(846605, 'invalid req_id');
    const given = botStream.safeParse(body).data;
    if (!given) return refused(40058, 'bad form');
    const { id, finish, content } = given.stream;
    const known = this.#streams.get(id);
    if (known?.finished) return refused(846607, 'stream is finished');
    if (this.#clock() - (known?.at ?? callback.at) > streamMs) {
      return refused(846608, 'stream message update expired (>10 minutes)');
    }
    if (!known) {
      const message: SeenMessage = {
        chat: callback.chat,
        type: 'stream',
        content,
        states: [content],
        finished: finish,
        by: 'connection',
      };
      this.#seen.add(message);
      this.#streams.set(id, Object.assign(message, { at: this.#clock() }));
      return ok();
    }
    known.content = content;
    known.states?.push(content);
    known.finished = finish;
    return ok();
  }

  #send(body: unknown): ApiAnswer {
    const given = botSend.safeParse(body).data;
    if (!given) return refused(40058, 'bad form');
    const chat = given.chatid;
    if (!this.#knownChats.has(chat)) return refused(93006, 'nobody of this chat wrote to the bot');
    if (given.msgtype === 'markdown') {
      this.#seen.add({ chat, type: 'markdown', content: given.markdown.content, by: 'connection' });
      return ok();
    }
    const { task_id: taskId } = given.template_card;
    if (this.#taskIds.has(taskId)) return refused(42014, 'task_id was used before');
    this.#taskIds.add(taskId);
    this.#seen.add({ chat, type: 'card', ...shownOf(given.template_card), by: 'connection' });
    return ok();
  }

  #update(reqId: string, body: unknown): ApiAnswer {
    const callback = this.#callbacks.get(reqId);
    if (!callback?.isEvent) return refused(846605, 'invalid req_id');
    if (this.#clock() - callback.at > eventMs) return refused(846609, 'too late');
    const update = cardUpdate.safeParse(body).data;
    const shown = this.#seen.messages.find(({ taskId }) => taskId === update?.template_card.task_id);
    if (!update || !shown) return refused(40058, 'bad form');
    Object.assign(shown, shownOf(update.template_card));
    return ok();
  }
}
