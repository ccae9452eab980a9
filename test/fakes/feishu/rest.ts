import { randomUUID } from 'node:crypto';
import { createCall, patchCall, reactionCall, replyCall, shownOf, tokenCall } from './calls.ts';
import { FakeLimits } from './limits.ts';
import type { FakeMessage, FakeMessages } from './messages.ts';
import {
  dataOf,
  type FakeApp,
  type FakeFile,
  ok,
  parsed,
  Refused,
  type RestAnswer,
  type RestCall,
} from './wire.ts';

const tokenMs = 7_200_000;
const uuidMs = 3_600_000;
const editableMs = 14 * 86_400_000;
const maximumBytes = { text: 150 * 1_024, post: 30 * 1_024, interactive: 30 * 1_024 };

/** The part of the platform's REST API that a bot speaks with. */
export class FakeRest {
  /** Files by message and key. */
  readonly files = new Map<string, FakeFile>();
  /** Why calls were not of the right form. A test that expects none checks that this is empty. */
  readonly refusals: string[] = [];
  tokensIssued = 0;
  private tokens = new Map<string, number>();
  private readonly sentByUuid = new Map<string, { message: FakeMessage; at: number }>();
  private readonly limits = new FakeLimits();
  private readonly app: FakeApp;
  private readonly messages: FakeMessages;

  constructor(app: FakeApp, messages: FakeMessages) {
    this.app = app;
    this.messages = messages;
  }

  /** All tokens that were issued are worth nothing from now on. */
  expireTokens(): void {
    this.tokens = new Map();
  }

  handle(call: RestCall): RestAnswer {
    try {
      return this.route(call);
    } catch (error) {
      const { code, status } = error instanceof Refused ? error : { code: 230001, status: 400 };
      this.refusals.push(
        `${call.method} ${call.path}: ${code} ${error instanceof Error ? error.message : error}`,
      );
      return { status, body: { code, msg: 'refused', error: { log_id: randomUUID() } } };
    }
  }

  private route(call: RestCall): RestAnswer {
    const [, , , ...parts] = call.path.split('/');
    if (call.path === '/open-apis/auth/v3/tenant_access_token/internal') return this.token(call);
    this.authorise(call);
    if (call.method === 'GET' && call.path === '/open-apis/bot/v3/info') {
      const { botOpenId: open_id, botName: app_name } = this.app;
      return { status: 200, body: { code: 0, msg: 'ok', bot: { activate_status: 2, app_name, open_id } } };
    }
    const [, resource, id = '', what, key = ''] = parts;
    if (resource !== 'messages') throw new Refused(404, 'no such path', 404);
    if (call.method === 'POST' && parts.length === 2) return this.create(call);
    const message = this.messages.byId(decodeURIComponent(id));
    if (!message) throw new Refused(230001, `no message ${id}`);
    if (message.recalled) throw new Refused(230011, `${id} was recalled`);
    if (call.method === 'POST' && what === 'reply') return this.reply(call, message);
    if (call.method === 'PATCH' && what === undefined) return this.patch(call, message);
    if (call.method === 'POST' && what === 'reactions') {
      message.reactions.push(reactionCall.parse(parsed(call)).reaction_type.emoji_type);
      return ok({ reaction_id: randomUUID() });
    }
    if (call.method === 'GET' && what === 'resources') return this.file(call, id, decodeURIComponent(key));
    throw new Refused(404, 'no such call', 404);
  }

  private token(call: RestCall): RestAnswer {
    const { app_id, app_secret } = tokenCall.parse(parsed(call));
    if (app_id !== this.app.appId) throw new Refused(10003, 'invalid param');
    if (app_secret !== this.app.appSecret) throw new Refused(10014, 'app secret invalid');
    const token = `t-${randomUUID()}`;
    this.tokens.set(token, call.now + tokenMs);
    this.tokensIssued += 1;
    return { status: 200, body: { code: 0, msg: 'ok', tenant_access_token: token, expire: tokenMs / 1_000 } };
  }

  private authorise({ authorization = '', now }: RestCall): void {
    if (!authorization.startsWith('Bearer t-')) throw new Refused(99991661, 'missing access token');
    const until = this.tokens.get(authorization.slice('Bearer '.length));
    if (until === undefined || until <= now) throw new Refused(99991663, 'invalid access token');
  }

  private create(call: RestCall): RestAnswer {
    if (call.query.get('receive_id_type') !== 'chat_id') throw new Refused(230001, 'receive_id_type');
    const { receive_id: chat, ...rest } = createCall.parse(parsed(call));
    return this.say(call, chat, rest);
  }

  private reply(call: RestCall, answered: FakeMessage): RestAnswer {
    const { reply_in_thread: inThread, ...rest } = replyCall.parse(parsed(call));
    const thread = answered.thread ?? (inThread ? answered.id : undefined);
    return this.say(call, answered.chat, rest, { repliesTo: answered.id, ...(thread ? { thread } : {}) });
  }

  private say(
    { body, now }: RestCall,
    chat: string,
    {
      msg_type: type,
      content,
      uuid,
    }: { msg_type: keyof typeof maximumBytes; content: string; uuid?: string | undefined },
    place: Pick<FakeMessage, 'repliesTo' | 'thread'> = {},
  ): RestAnswer {
    if (body.byteLength > maximumBytes[type]) throw new Refused(230025, `${body.byteLength} bytes`);
    const known = uuid === undefined ? undefined : this.sentByUuid.get(uuid);
    if (known && now - known.at < uuidMs) return ok(dataOf(known.message));
    const shown = shownOf(type, content);
    if (!this.limits.take('app', { perSecond: 50, perMinute: 1_000 }, now))
      throw new Refused(99991400, 'too many');
    if (!this.limits.take(chat, { perSecond: 5 }, now)) throw new Refused(230020, `too many in ${chat}`);
    const message = this.messages.add({
      id: `om_${randomUUID()}`,
      chat,
      from: 'bot',
      type,
      ...shown,
      ...place,
      earlier: [],
      reactions: [],
      ...(uuid === undefined ? {} : { uuid }),
      at: now,
    });
    if (uuid !== undefined) this.sentByUuid.set(uuid, { message, at: now });
    return ok(dataOf(message));
  }

  private patch(call: RestCall, message: FakeMessage): RestAnswer {
    const { content } = patchCall.parse(parsed(call));
    if (message.from !== 'bot') throw new Refused(230012, 'not the sender');
    if (message.type !== 'interactive') throw new Refused(230001, 'NOT a card');
    if (call.now - message.at > editableMs) throw new Refused(230031, 'too old');
    if (call.body.byteLength > maximumBytes.interactive)
      throw new Refused(230025, `${call.body.byteLength} bytes`);
    if (!this.limits.take(`card ${message.id}`, { perSecond: 5 }, call.now))
      throw new Refused(230020, 'too many');
    const shown = shownOf('interactive', content);
    message.earlier.push(message.text);
    Object.assign(message, shown);
    this.messages.changed();
    return ok({});
  }

  private file({ query }: RestCall, message: string, key: string): RestAnswer {
    const type = query.get('type');
    if (type !== (key.startsWith('img_') ? 'image' : 'file')) throw new Refused(234001, `type ${type}`);
    const file = this.files.get(`${message} ${key}`);
    if (!file) throw new Refused(234003, 'File not in msg.');
    const headers: Record<string, string> = { 'content-type': file.mimeType };
    if (file.name !== undefined) headers['content-disposition'] = `attachment; filename="${file.name}"`;
    return { status: 200, body: file.body, headers };
  }
}
