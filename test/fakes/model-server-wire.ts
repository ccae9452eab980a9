import { z } from 'zod';

/** The request of `POST /v1/chat/completions` as a strict vendor takes it. Unknown parameters are refused. */
export const chatRequest = z
  .strictObject({
    model: z.string().min(1),
    messages: z
      .array(
        z.strictObject({
          role: z.enum(['system', 'developer', 'user', 'assistant']),
          content: z.string(),
        }),
      )
      .min(1),
    stream: z.boolean().optional(),
    stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
    temperature: z.number().min(0).max(2).optional(),
    max_tokens: z.number().int().positive().optional(),
    max_completion_tokens: z.number().int().positive().optional(),
    response_format: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text') }),
        z.strictObject({ type: z.literal('json_object') }),
        z.strictObject({
          type: z.literal('json_schema'),
          json_schema: z.strictObject({
            name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
            schema: z.record(z.string(), z.unknown()),
            strict: z.boolean().optional(),
          }),
        }),
      ])
      .optional(),
  })
  .refine((body) => body.stream === true || body.stream_options === undefined, {
    error: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
  })
  .refine(
    (body) =>
      body.response_format?.type !== 'json_object' ||
      body.messages.some((message) => message.content.toLowerCase().includes('json')),
    {
      error: "'messages' must contain the word 'json' in some form, to use 'response_format' 'json_object'.",
    },
  );
export type ChatRequest = z.infer<typeof chatRequest>;

/** What a vendor can do wrong, or right. A string is a good answer. */
export type Reply =
  | string
  | TextReply
  /** Any HTTP answer: 429 with `retry-after`, 500, HTML with status 200. */
  | { status: number; body?: string; headers?: Record<string, string> }
  /** Nothing more comes: no headers at all, nothing after the first words, or no end after the whole answer. */
  | { hang: 'headers' | 'stream' | 'end' }
  /** The connection is destroyed before the headers, or after the first words. */
  | { reset: 'headers' | 'stream' }
  /** The stream ends properly as HTTP, without finish reason and `[DONE]`. */
  | { half: string }
  /** One byte of the stream at a time, or one event. */
  | { trickle: string; by: 'byte' | 'event'; everyMs: number };

export interface TextReply {
  text: string;
  /** How many pieces the text is streamed in; 1 to 64 are sensible. */
  pieces?: number;
  reasoning?: string;
  finish?: string;
  /** Left out of the answer when false. */
  usage?: false | { prompt: number; completion: number };
  /** Answered as one JSON object although a stream was asked for. */
  unstreamed?: true;
}

const head = '{"id":"chatcmpl-fake","created":1700000000,"model":"fake","object":';

/** The whole stream of an answer as one string of server-sent events. */
export function streamOf(reply: TextReply, promptCharacters: number, includeUsage: boolean): string {
  const event = (delta: string, finish: string) =>
    `data: ${head}"chat.completion.chunk","choices":[{"index":0,"delta":${delta},"finish_reason":${finish}}]}\n\n`;
  let out = event('{"role":"assistant","content":""}', 'null');
  if (reply.reasoning) out += event(`{"reasoning_content":${JSON.stringify(reply.reasoning)}}`, 'null');
  for (const piece of split(reply.text, reply.pieces ?? 4)) {
    out += event(`{"content":${JSON.stringify(piece)}}`, 'null');
  }
  out += event('{}', JSON.stringify(reply.finish ?? 'stop'));
  if (includeUsage && reply.usage !== false) {
    out += `data: ${head}"chat.completion.chunk","choices":[],"usage":${usageOf(reply, promptCharacters)}}\n\n`;
  }
  return `${out}data: [DONE]\n\n`;
}

/** An answer as one JSON object. */
export function completionOf(reply: TextReply, promptCharacters: number): string {
  const reasoning = reply.reasoning ? `,"reasoning_content":${JSON.stringify(reply.reasoning)}` : '';
  const usage = reply.usage === false ? '' : `,"usage":${usageOf(reply, promptCharacters)}`;
  return `${head}"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":${JSON.stringify(reply.text)}${reasoning}},"finish_reason":${JSON.stringify(reply.finish ?? 'stop')}}]${usage}}`;
}

/** A vendor's error body. */
export function errorBody(message: string, param: string | null = null): string {
  return JSON.stringify({ error: { message, type: 'invalid_request_error', param, code: null } });
}

function usageOf(reply: TextReply, promptCharacters: number): string {
  const usage = reply.usage || {
    prompt: Math.ceil(promptCharacters / 4),
    completion: Math.ceil(reply.text.length / 4),
  };
  return `{"prompt_tokens":${usage.prompt},"completion_tokens":${usage.completion},"total_tokens":${usage.prompt + usage.completion}}`;
}

function split(text: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const out: string[] = [];
  for (let at = 0; at < text.length; at += size) out.push(text.slice(at, at + size));
  return out;
}
