import { randomBytes } from 'node:crypto';
import { type ApiAnswer, ok, refused } from './app.ts';
import { botMessage } from './forms.ts';
import { type Seen, shownOf } from './seen.ts';

interface Code {
  chat: string;
  until: number;
  used: boolean;
}

const lifeMs = 3_600_000;

/** The addresses that come with a bot's messages: each takes one message within the hour. */
export class ResponseCodes {
  readonly #codes = new Map<string, Code>();
  readonly #seen: Seen;
  readonly #clock: () => number;

  constructor(seen: Seen, clock: () => number) {
    this.#seen = seen;
    this.#clock = clock;
  }

  issue(chat: string): string {
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, { chat, until: this.#clock() + lifeMs, used: false });
    return code;
  }

  take(query: URLSearchParams, body: unknown): ApiAnswer {
    const code = this.#codes.get(query.get('response_code') ?? '');
    if (!code || code.used || this.#clock() >= code.until) return refused(40001, 'invalid response_code');
    const message = botMessage.safeParse(body).data;
    if (!message) return refused(40058, 'bad form');
    code.used = true;
    const { chat } = code;
    if (message.msgtype === 'markdown') {
      this.#seen.add({ chat, type: 'markdown', content: message.markdown.content, by: 'response_url' });
    } else {
      this.#seen.add({ chat, type: 'card', ...shownOf(message.template_card), by: 'response_url' });
    }
    return ok();
  }
}
