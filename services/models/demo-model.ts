import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { demoAnswer } from './demo/answer.ts';

const longestBody = 4_000_000;

const request = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  stream: z.boolean().optional(),
  response_format: z.object({ json_schema: z.object({ schema: z.unknown() }).optional() }).optional(),
});
type DemoRequest = z.infer<typeof request>;

export interface DemoModel {
  /** Base URL of the OpenAI-compatible API, on loopback. */
  endpoint: string;
  close(): Promise<void>;
}

/**
 * A model that needs no model: it speaks the OpenAI protocol on a random loopback port, plays every step of a flow, and
 * says that it is a demo and how to connect a real one.
 */
export async function startDemoModel(): Promise<DemoModel> {
  const server = createServer((incoming, response) => {
    void serve(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  if (incoming.method === 'GET' && incoming.url === '/v1/models') {
    const models = {
      object: 'list',
      data: [{ id: 'demo', object: 'model', created: 0, owned_by: 'errand' }],
    };
    return sendJson(response, 200, models);
  }
  if (incoming.method !== 'POST' || incoming.url !== '/v1/chat/completions') {
    return sendJson(response, 404, { error: { message: 'the demo model knows chat completions only' } });
  }
  const asked = await readRequest(incoming);
  if (!asked) return sendJson(response, 400, { error: { message: 'not a chat completion request' } });
  const text = demoAnswer(asked.messages, asked.response_format?.json_schema?.schema);
  if (asked.stream) return stream(response, text);
  const choice = { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' };
  return sendJson(response, 200, { ...envelope('chat.completion'), choices: [choice], usage: noUsage });
}

/** Nothing is computed, so nothing is charged. */
const noUsage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

function envelope(object: string): object {
  return { id: 'demo', object, created: Math.floor(Date.now() / 1_000), model: 'demo' };
}

/** A piece per line, as a model would write it. */
function stream(response: ServerResponse, text: string): void {
  const event = (fields: object) =>
    `data: ${JSON.stringify({ ...envelope('chat.completion.chunk'), ...fields })}\n\n`;
  const choice = (delta: object, finish_reason: string | null) =>
    event({ choices: [{ index: 0, delta, finish_reason }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const line of text.match(/[^\n]*\n|[^\n]+/g) ?? []) response.write(choice({ content: line }, null));
  response.end(`${choice({}, 'stop')}${event({ choices: [], usage: noUsage })}data: [DONE]\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Undefined when it is too long, no JSON, or something else. */
async function readRequest(incoming: IncomingMessage): Promise<DemoRequest | undefined> {
  let text = '';
  for await (const piece of incoming.setEncoding('utf8')) {
    text += piece;
    if (text.length > longestBody) return undefined;
  }
  try {
    return request.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
