import { EventEmitter, on, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { callSchemas, visibleLength } from './telegram-calls.ts';

/** How a call goes wrong. `after-delivery`: it was done, but the caller hears otherwise. */
export type TelegramFault =
  | { type: 'too-many'; retryAfter: number }
  | { type: 'refused'; code: number; description: string; parameters?: object }
  | { type: 'after-delivery' }
  | { type: 'reset' };

/** A message as a person sees it, changes applied. */
export interface ShownMessage {
  chat: string;
  id: number;
  text: string;
  isHtml: boolean;
  thread?: number;
  answers?: number;
  edited: number;
  buttons: { text: string; callback_data: string }[];
}

export interface TelegramServer {
  /** What `baseUrl` is set to. */
  url: string;
  botToken: string;
  messages: ShownMessage[];
  /** Calls by method, those that were refused too. */
  calls: { method: string; body: Record<string, unknown> }[];
  /** Calls that a careful client does not make. A test that expects none checks that this is empty. */
  refusals: string[];
  files: Map<string, Uint8Array>;
  waitFor(predicate: (message: ShownMessage) => boolean, timeoutMs?: number): Promise<ShownMessage>;
  setFail(fail: ((method: string) => TelegramFault | undefined) | undefined): void;
  /** Updates for whoever polls. */
  push(...updates: { update_id: number }[]): void;
  /** What was not confirmed by a later offset. */
  pending(): number;
  polls(): number;
  /** `error`: what Telegram heard when it last called there. */
  setWebhook(url: string, error?: string): void;
  webhook(): string;
  close(): Promise<void>;
}

const username = 'errand_test_bot';

/** The Bot API on loopback: token, schemas, sizes and markup are checked as Telegram does. */
export async function startTelegramServer(): Promise<TelegramServer> {
  const botToken = '123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
  const messages: ShownMessage[] = [];
  const calls: TelegramServer['calls'] = [];
  const refusals: string[] = [];
  const files: TelegramServer['files'] = new Map();
  const changed = new EventEmitter().setMaxListeners(0);
  let fail: ((method: string) => TelegramFault | undefined) | undefined;
  let queue: { update_id: number }[] = [];
  let webhook = '';
  let webhookError: string | undefined;
  let lastId = 100;
  let polls = 0;
  let endPoll: AbortController | undefined;

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      refusals.push(String(error));
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const file = files.get(decodeURIComponent(path.replace(`/file/bot${botToken}/`, '')));
    if (path.startsWith('/file/')) return void response.writeHead(file ? 200 : 404).end(file);
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse((await bytesOf(request)) || '{}'));
    calls.push({ method, body });
    if (token !== botToken) return refuse(response, 401, 'Unauthorized');
    const fault = fail?.(method);
    if (fault?.type === 'reset') return void request.socket.destroy();
    if (fault?.type === 'refused') {
      return refuse(response, fault.code, fault.description, fault.parameters);
    }
    if (fault?.type === 'too-many') {
      const description = `Too Many Requests: retry after ${fault.retryAfter}`;
      return refuse(response, 429, description, { retry_after: fault.retryAfter });
    }
    const schema = callSchemas[method];
    const parsed = schema?.safeParse(body);
    if (!schema || !parsed?.success) {
      refusals.push(`${method}: ${parsed?.error ? z.prettifyError(parsed.error) : 'unknown'}`);
      return refuse(response, 400, 'Bad Request: malformed');
    }
    const result = await call(method, body, response);
    if (fault?.type === 'after-delivery') return void response.writeHead(502).end('<html>');
    if (result !== undefined) send(response, 200, { ok: true, result });
  }

  /** The result; undefined when it was refused. */
  async function call(
    method: string,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): Promise<unknown> {
    switch (method) {
      case 'getMe':
        return {
          id: 123456,
          is_bot: true,
          first_name: 'Errand',
          username,
          can_read_all_group_messages: false,
        };
      case 'getWebhookInfo':
        return {
          url: webhook,
          has_custom_certificate: false,
          pending_update_count: queue.length,
          ...(webhookError === undefined ? {} : { last_error_message: webhookError }),
        };
      case 'setWebhook':
        webhook = String(body.url);
        webhookError = undefined;
        return true;
      case 'deleteWebhook':
        webhook = '';
        return true;
      case 'answerCallbackQuery':
      case 'sendChatAction':
        return true;
      case 'getFile':
        return { file_id: body.file_id, file_unique_id: 'u', file_path: `documents/${String(body.file_id)}` };
      case 'getUpdates':
        return poll(body, response);
      default:
        return say(method, body, response);
    }
  }

  async function poll(body: Record<string, unknown>, response: ServerResponse): Promise<unknown> {
    if (webhook !== '')
      return refuse(response, 409, "Conflict: can't use getUpdates method while webhook is active");
    endPoll?.abort();
    const end = new AbortController();
    endPoll = end;
    response.on('close', () => end.abort());
    const offset = Number(body.offset ?? 0);
    queue = queue.filter(({ update_id }) => update_id >= offset);
    polls += 1;
    try {
      const deadline = AbortSignal.timeout(Number(body.timeout ?? 0) * 1_000);
      if (queue.length === 0) {
        await once(changed, 'pushed', { signal: AbortSignal.any([end.signal, deadline]) }).catch(() => {});
      }
    } finally {
      polls -= 1;
    }
    if (end.signal.aborted && endPoll !== end) {
      return refuse(response, 409, 'Conflict: terminated by other getUpdates request');
    }
    return queue.slice(0, 100);
  }

  function say(method: string, body: Record<string, unknown>, response: ServerResponse): unknown {
    const text = String(body.text);
    const isHtml = body.parse_mode === 'HTML';
    const length = isHtml ? visibleLength(text) : text.length;
    if (length === undefined)
      return refuse(response, 400, "Bad Request: can't parse entities: unsupported tag");
    if (length > 4_096) return refuse(response, 400, 'Bad Request: message is too long');
    const chat = String(body.chat_id);
    const markup = z
      .object({
        inline_keyboard: z.array(z.array(z.object({ text: z.string(), callback_data: z.string() }))),
      })
      .safeParse(body.reply_markup).data;
    const buttons = markup?.inline_keyboard.flat() ?? [];
    if (method === 'editMessageText') {
      const old = messages.find((one) => one.chat === chat && one.id === body.message_id);
      if (!old) return refuse(response, 400, 'Bad Request: message to edit not found');
      if (old.text === text) return refuse(response, 400, 'Bad Request: message is not modified');
      Object.assign(old, { text, isHtml, buttons, edited: old.edited + 1 });
      changed.emit('shown');
      return { message_id: old.id };
    }
    lastId += 1;
    const answers = z.object({ message_id: z.number() }).safeParse(body.reply_parameters).data?.message_id;
    messages.push({
      chat,
      id: lastId,
      text,
      isHtml,
      edited: 0,
      buttons,
      ...(typeof body.message_thread_id === 'number' ? { thread: body.message_thread_id } : {}),
      ...(answers === undefined ? {} : { answers }),
    });
    changed.emit('shown');
    return { message_id: lastId };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    botToken,
    messages,
    calls,
    refusals,
    files,
    async waitFor(predicate, timeoutMs = 20_000) {
      const changes = on(changed, 'shown', { signal: AbortSignal.timeout(timeoutMs) });
      for (;;) {
        const found = messages.find(predicate);
        if (found) return found;
        await changes.next();
      }
    },
    setFail(next) {
      fail = next;
    },
    push(...updates) {
      queue.push(...updates);
      changed.emit('pushed');
    },
    pending: () => queue.length,
    polls: () => polls,
    setWebhook(url, error) {
      webhook = url;
      webhookError = error;
    },
    webhook: () => webhook,
    async close() {
      endPoll?.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(response: ServerResponse, code: number, description: string, parameters?: object): undefined {
  send(response, code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
  return undefined;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bytesOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
