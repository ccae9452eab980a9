import type { ServerResponse } from 'node:http';
import type { ChatRequest } from './model-server-request.ts';
import { completionOf, type Reply, streamOf } from './model-server-wire.ts';

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

/** Carries a reply out on the wire. `promptCharacters` is what usage is counted from. */
export function answer(
  response: ServerResponse,
  body: ChatRequest,
  reply: Reply,
  promptCharacters: number,
): void {
  if (typeof reply === 'string') {
    answer(response, body, { text: reply }, promptCharacters);
  } else if ('status' in reply) {
    send(response, reply.status, reply.body ?? '', reply.headers);
  } else if ('text' in reply) {
    if (body.stream !== true || reply.unstreamed) {
      send(response, 200, completionOf(reply, promptCharacters));
    } else {
      response.writeHead(200, eventStream);
      response.end(streamOf(reply, promptCharacters, body.stream_options?.include_usage === true));
    }
  } else if ('half' in reply) {
    response.writeHead(200, eventStream);
    response.end(beginningOf(reply.half));
  } else if ('trickle' in reply) {
    const stream = streamOf({ text: reply.trickle, pieces: 20 }, 0, false);
    trickle(response, reply.by === 'byte' ? [...stream] : stream.split(/(?<=\n\n)/), reply.everyMs);
  } else {
    const reset = 'reset' in reply;
    const early = reset ? reply.reset === 'headers' : reply.hang === 'headers';
    if (early) {
      if (reset) response.destroy();
      return;
    }
    response.writeHead(200, eventStream);
    const ended = !reset && reply.hang === 'end';
    response.write(ended ? streamOf({ text: 'All said.' }, 0, false) : beginningOf('Well'), () => {
      if (reset) response.destroy();
    });
  }
}

/** Sends a whole HTTP answer. */
export function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** A stream up to and with its text, without its end. */
function beginningOf(text: string): string {
  const whole = streamOf({ text, pieces: 1 }, 0, false);
  return whole.slice(0, whole.indexOf('data: ', whole.indexOf(JSON.stringify(text))));
}

function trickle(response: ServerResponse, parts: string[], everyMs: number): void {
  response.writeHead(200, eventStream);
  const timer = setInterval(() => {
    const part = parts.shift();
    if (part === undefined) response.end();
    else response.write(part);
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}
