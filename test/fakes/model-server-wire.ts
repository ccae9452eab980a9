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

/** A tool call as a vendor writes it; `id` false: it gives none. */
interface ToolReply {
  id?: string | false;
  name: string;
  /** JSON, or what is none. */
  arguments: string;
}

export interface TextReply {
  text: string;
  tools?: ToolReply[];
  /** The content comes as blocks: the reasoning in one of thinking, the text in one of text. */
  blocks?: true;
  /** How many pieces the text is streamed in; 1 to 64 are sensible. */
  pieces?: number;
  reasoning?: string;
  finish?: string;
  /** Left out of the answer when false. */
  usage?: false | { prompt: number; completion: number };
  /** The stream ends after its finish reason, without `[DONE]`. */
  done?: false;
  /** Answered as one JSON object although a stream was asked for. */
  unstreamed?: true;
}

const head = '{"id":"chatcmpl-fake","created":1700000000,"model":"fake","object":';

/** The whole stream of an answer as one string of server-sent events. */
export function streamOf(reply: TextReply, promptCharacters: number, includeUsage: boolean): string {
  const event = (delta: string, finish: string) =>
    `data: ${head}"chat.completion.chunk","choices":[{"index":0,"delta":${delta},"finish_reason":${finish}}]}\n\n`;
  let out = event('{"role":"assistant","content":""}', 'null');
  if (reply.blocks) out += event(`{"content":${blocksOf(reply)}}`, 'null');
  else {
    if (reply.reasoning) out += event(`{"reasoning_content":${JSON.stringify(reply.reasoning)}}`, 'null');
    for (const piece of split(reply.text, reply.pieces ?? 4)) {
      out += event(`{"content":${JSON.stringify(piece)}}`, 'null');
    }
  }
  for (const delta of toolDeltas(reply.tools)) out += event(delta, 'null');
  out += event('{}', JSON.stringify(finishOf(reply)));
  if (includeUsage && reply.usage !== false) {
    out += `data: ${head}"chat.completion.chunk","choices":[],"usage":${usageOf(reply, promptCharacters)}}\n\n`;
  }
  return reply.done === false ? out : `${out}data: [DONE]\n\n`;
}

/** An answer as one JSON object. */
export function completionOf(reply: TextReply, promptCharacters: number): string {
  const reasoning =
    reply.reasoning && !reply.blocks ? `,"reasoning_content":${JSON.stringify(reply.reasoning)}` : '';
  const content = reply.blocks ? blocksOf(reply) : JSON.stringify(reply.text);
  const tools = reply.tools ? `,"tool_calls":${JSON.stringify(reply.tools.map(wholeCall))}` : '';
  const usage = reply.usage === false ? '' : `,"usage":${usageOf(reply, promptCharacters)}`;
  return `${head}"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":${content}${reasoning}${tools}},"finish_reason":${JSON.stringify(finishOf(reply))}}]${usage}}`;
}

function finishOf({ finish, tools }: TextReply): string {
  return finish ?? (tools ? 'tool_calls' : 'stop');
}

function blocksOf({ text, reasoning = '' }: TextReply): string {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: reasoning }] };
  return JSON.stringify([thinking, { type: 'text', text }]);
}

function idOf({ id }: ToolReply, index: number): { id?: string } {
  return id === false ? {} : { id: id ?? `call_fake${index}` };
}

function wholeCall(tool: ToolReply, index: number): object {
  const called = { name: tool.name, arguments: tool.arguments };
  return { ...idOf(tool, index), type: 'function', function: called };
}

/** The name first, then the arguments in two pieces; who gives no ids gives no indexes either. */
function toolDeltas(tools: readonly ToolReply[] = []): string[] {
  return tools.flatMap((tool, at) => {
    const index = tool.id === false ? {} : { index: at };
    const half = Math.ceil(tool.arguments.length / 2);
    const begin = {
      ...{ ...index, ...idOf(tool, at), type: 'function' },
      function: { name: tool.name, arguments: '' },
    };
    const rest = [tool.arguments.slice(0, half), tool.arguments.slice(half)].map((piece) => ({
      ...index,
      function: { arguments: piece },
    }));
    return [begin, ...rest].map((call) => JSON.stringify({ tool_calls: [call] }));
  });
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
