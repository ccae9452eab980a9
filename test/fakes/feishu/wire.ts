import type { FakeMessage } from './messages.ts';

export interface FakeApp {
  appId: string;
  appSecret: string;
  botOpenId: string;
  botName: string;
}

export interface RestCall {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: Buffer;
  /** Epoch milliseconds. */
  now: number;
}

export interface RestAnswer {
  status: number;
  body: object | Buffer;
  headers?: Record<string, string>;
}

export interface FakeFile {
  body: Buffer;
  mimeType: string;
  name?: string;
}

/** A code of the platform's, with the HTTP status that it comes with. */
export class Refused extends Error {
  readonly code: number;
  readonly status: number;
  constructor(code: number, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What the platform says of a message that it took. */
export function dataOf({ id, chat, type, repliesTo, thread }: FakeMessage): object {
  return {
    message_id: id,
    chat_id: chat,
    msg_type: type,
    ...(repliesTo ? { parent_id: repliesTo, root_id: thread ?? repliesTo } : {}),
    ...(thread ? { thread_id: `omt_${thread}` } : {}),
  };
}

export function ok(data: object): RestAnswer {
  return { status: 200, body: { code: 0, msg: 'success', data } };
}

export function parsed({ body }: RestCall): unknown {
  return JSON.parse(body.toString('utf8'));
}
