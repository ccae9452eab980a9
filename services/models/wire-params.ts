import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { Language } from '../../contracts/errors.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { ChatMessage } from './chat.ts';

/** What an endpoint is asked, before it is known what it understands. */
export interface WireRequest {
  messages: ChatMessage[];
  language: Language;
  temperature?: number;
  maxTokens?: number;
  form?: { name: string; jsonSchema: JsonObject };
}

/** Parameters that some endpoints refuse. `max_tokens` is then sent under its newer name. */
export type Refusable = 'json_schema' | 'json_object' | 'stream_options' | 'temperature' | 'max_tokens';

const complaints: readonly [Refusable, RegExp][] = [
  ['stream_options', /stream_options|include_usage/i],
  ['json_schema', /response_format|json_schema|json_object|schema/i],
  ['json_object', /response_format|json_object/i],
  ['temperature', /temperature/i],
  ['max_tokens', /max_tokens|max_completion_tokens/i],
];

/** The parameter of these a complaint is about, if leaving it out may help. */
export function refusedIn(complaint: string, params: ChatCompletionCreateParams): Refusable | undefined {
  return complaints.find(([name, pattern]) => sent(params, name) && pattern.test(complaint))?.[0];
}

function sent(params: ChatCompletionCreateParams, name: Refusable): boolean {
  if (name === 'json_schema' || name === 'json_object') return params.response_format?.type === name;
  return params[name] !== undefined;
}

/** The request as this endpoint understands it. An answer's form is said in words where it cannot be said by parameter. */
export function wireParams(
  model: string,
  request: WireRequest,
  refused: ReadonlySet<Refusable>,
): ChatCompletionCreateParams {
  const { form, temperature, maxTokens } = request;
  const byParameter = form !== undefined && !refused.has('json_schema');
  const params: ChatCompletionCreateParams = {
    model,
    stream: true,
    messages: form && !byParameter ? withForm(request, form.jsonSchema) : request.messages,
  };
  if (!refused.has('stream_options')) params.stream_options = { include_usage: true };
  if (temperature !== undefined && !refused.has('temperature')) params.temperature = temperature;
  if (maxTokens !== undefined) {
    params[refused.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens'] = maxTokens;
  }
  if (byParameter) {
    params.response_format = {
      type: 'json_schema',
      json_schema: { name: form.name, schema: form.jsonSchema },
    };
  } else if (form && !refused.has('json_object')) {
    params.response_format = { type: 'json_object' };
  }
  return params;
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
