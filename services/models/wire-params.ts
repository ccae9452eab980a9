import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import type { ChatMessage, ToolDescription } from '../../contracts/chat.ts';
import type { Language } from '../../contracts/errors.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { ModelQuirk } from '../../contracts/model-quirk.ts';

/** What an endpoint is asked, before it is known what it understands. */
export interface WireRequest {
  messages: ChatMessage[];
  language: Language;
  tools?: readonly ToolDescription[];
  temperature?: number;
  maxTokens?: number;
  form?: { name: string; jsonSchema: JsonObject };
}

/** What to try next when an endpoint complains in these words about what it was sent. */
const complaints: readonly {
  quirk: ModelQuirk;
  words: RegExp;
  sent(params: ChatCompletionCreateParams): boolean;
}[] = [
  {
    quirk: 'noStreamOptions',
    words: /stream_options|include_usage/i,
    sent: ({ stream_options }) => stream_options !== undefined,
  },
  {
    quirk: 'wantsReasoning',
    words: /reasoning_content/i,
    sent: ({ messages }) => messages.some((message) => 'tool_calls' in message),
  },
  {
    quirk: 'noJsonSchema',
    words: /response_format|json_schema|json_object|schema/i,
    sent: ({ response_format }) => response_format?.type === 'json_schema',
  },
  {
    quirk: 'noJsonObject',
    words: /response_format|json_object/i,
    sent: ({ response_format }) => response_format?.type === 'json_object',
  },
  {
    quirk: 'noTemperature',
    words: /temperature/i,
    sent: ({ temperature }) => temperature !== undefined,
  },
  {
    quirk: 'maxCompletionTokens',
    words: /max_tokens|max_completion_tokens/i,
    sent: ({ max_tokens }) => max_tokens !== undefined,
  },
];

/** The quirk that a complaint tells of, if asking differently may help. */
export function quirkIn(complaint: string, params: ChatCompletionCreateParams): ModelQuirk | undefined {
  return complaints.find(({ words, sent }) => sent(params) && words.test(complaint))?.quirk;
}

/** The request as this endpoint understands it. An answer's form is said in words where it cannot be said by parameter. */
export function wireParams(
  model: string,
  request: WireRequest,
  quirks: ReadonlySet<ModelQuirk>,
): ChatCompletionCreateParams {
  const { form, maxTokens, temperature, tools = [] } = request;
  const byParameter = form !== undefined && !quirks.has('noJsonSchema');
  const messages = form && !byParameter ? withForm(request, form.jsonSchema) : request.messages;
  const params: ChatCompletionCreateParams = {
    model,
    stream: true,
    messages: messages.map((message) => wireMessage(message, quirks.has('wantsReasoning'))),
  };
  if (tools.length > 0) params.tools = tools.map(wireTool);
  if (!quirks.has('noStreamOptions')) params.stream_options = { include_usage: true };
  if (temperature !== undefined && !quirks.has('noTemperature')) params.temperature = temperature;
  if (maxTokens !== undefined) {
    params[quirks.has('maxCompletionTokens') ? 'max_completion_tokens' : 'max_tokens'] = maxTokens;
  }
  if (byParameter) {
    params.response_format = {
      type: 'json_schema',
      json_schema: { name: form.name, schema: form.jsonSchema },
    };
  } else if (form && !quirks.has('noJsonObject')) {
    params.response_format = { type: 'json_object' };
  }
  return params;
}

function wireTool({ name, description, parameters }: ToolDescription): ChatCompletionTool {
  return { type: 'function', function: { name, description, parameters } };
}

function wireMessage(message: ChatMessage, withReasoning: boolean): ChatCompletionMessageParam {
  if (message.role === 'tool') {
    return { role: 'tool', content: message.content, tool_call_id: message.toolCallId };
  }
  const { role, content } = message;
  if (role !== 'assistant') return { role, content };
  const { toolCalls = [], reasoning = '' } = message;
  if (toolCalls.length === 0) return { role, content };
  const calls = toolCalls.map(({ id, name, written, problem }) => ({
    id,
    type: 'function' as const,
    // Templates of local servers parse them, and fail at what is no JSON.
    function: { name, arguments: problem === 'argumentsNotJson' || written === '' ? '{}' : written },
  }));
  // Not in the client's types: an extension of those vendors that think.
  const thought = withReasoning ? { reasoning_content: reasoning } : {};
  return { role, content, tool_calls: calls, ...thought };
}

function withForm({ messages, language }: WireRequest, jsonSchema: JsonObject): ChatMessage[] {
  const schema = JSON.stringify(jsonSchema);
  const words =
    language === 'zh'
      ? `只回复一个符合以下 JSON Schema 的 JSON 对象，前后不要有任何其他文字：\n${schema}`
      : `Reply with exactly one JSON object that matches this JSON Schema, and nothing before or after it:\n${schema}`;
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: words }, ...messages];
  return [{ role: 'system', content: `${first.content}\n\n${words}` }, ...rest];
}
