import { randomBytes } from 'node:crypto';
import { appMessage, appText } from './forms.ts';
import { type Seen, shownOf } from './seen.ts';

/** An app, as it stands in the vendor's console. */
export interface FakeApp {
  corpId: string;
  secret: string;
  agentId: number;
  /** Who is within its visible range. */
  members: string[];
}

export interface ApiAnswer {
  errcode: number;
  errmsg: string;
  [name: string]: unknown;
}

export interface MediaFile {
  body: Buffer;
  mimeType: string;
  name: string;
}

const tokenSeconds = 7_200;
const perMinute = 30;

/** The API of an app, and what its members see. */
export class AppApi {
  /** How often a token was asked for. */
  tokensIssued = 0;
  /** Above a member's rate: dropped in silence, as the vendor does. */
  dropped = 0;
  readonly media = new Map<string, MediaFile>();
  readonly #tokens = new Map<string, number>();
  readonly #taskIds = new Set<string>();
  readonly #sentAt = new Map<string, number[]>();
  readonly #app: FakeApp;
  readonly #seen: Seen;
  readonly #clock: () => number;

  constructor(app: FakeApp, seen: Seen, clock: () => number) {
    this.#app = app;
    this.#seen = seen;
    this.#clock = clock;
  }

  /** No token that was given out is good any more. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  getToken(query: URLSearchParams): ApiAnswer {
    if (query.get('corpid') !== this.#app.corpId) return refused(40013, 'invalid corpid');
    if (query.get('corpsecret') !== this.#app.secret) return refused(40001, 'invalid credential');
    this.tokensIssued += 1;
    const token = randomBytes(32).toString('hex');
    this.#tokens.set(token, this.#clock() + tokenSeconds * 1_000);
    return { ...ok(), access_token: token, expires_in: tokenSeconds };
  }

  /** What is wrong with the token of a call; undefined when it is good. */
  tokenProblem(query: URLSearchParams): ApiAnswer | undefined {
    const token = query.get('access_token');
    if (!token) return refused(41001, 'access_token missing');
    const until = this.#tokens.get(token);
    if (until === undefined) return refused(40014, 'invalid access_token');
    return this.#clock() < until ? undefined : refused(42001, 'access_token expired');
  }

  agent(query: URLSearchParams): ApiAnswer {
    if (query.get('agentid') !== String(this.#app.agentId)) return refused(40056, 'invalid agentid');
    return { ...ok(), agentid: this.#app.agentId, name: 'Errand', close: 0 };
  }

  send(body: unknown): ApiAnswer {
    const parsed = appMessage.safeParse(body);
    if (!parsed.success) return refused(40058, `bad form: ${parsed.error.issues[0]?.path.join('.')}`);
    const { touser, agentid } = parsed.data;
    if (agentid !== this.#app.agentId) return refused(301002, 'not the app of this token');
    if (!this.#app.members.includes(touser)) return refused(81013, 'user & party & tag all invalid');
    return this.#show(parsed.data);
  }

  #show(message: ReturnType<typeof appMessage.parse>): ApiAnswer {
    const chat = message.touser;
    if (message.msgtype === 'template_card') {
      const { template_card: card } = message;
      if (this.#taskIds.has(card.task_id)) return refused(42014, 'task_id was used before');
      this.#taskIds.add(card.task_id);
      if (this.#admits(chat)) this.#seen.add({ chat, type: 'card', ...shownOf(card), by: 'api' });
    } else {
      const content = message.msgtype === 'text' ? message.text.content : message.markdown.content;
      if (!appText.safeParse(content).success) return refused(45002, 'content size out of limit');
      if (this.#admits(chat)) this.#seen.add({ chat, type: message.msgtype, content, by: 'api' });
    }
    return { ...ok(), msgid: randomBytes(16).toString('hex') };
  }

  #admits(chat: string): boolean {
    const now = this.#clock();
    const recent = (this.#sentAt.get(chat) ?? []).filter((at) => now - at < 60_000);
    const admitted = recent.length < perMinute;
    if (admitted) recent.push(now);
    else this.dropped += 1;
    this.#sentAt.set(chat, recent);
    return admitted;
  }
}

export function ok(): ApiAnswer {
  return { errcode: 0, errmsg: 'ok' };
}

export function refused(errcode: number, errmsg: string): ApiAnswer {
  return { errcode, errmsg };
}
