import { z } from 'zod';

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const toolCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({
    name,
    arguments: z.string().refine(isJson, { error: 'arguments of a tool call must be JSON' }),
  }),
});
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), content: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string(),
    tool_calls: z.array(toolCall).min(1).optional(),
    reasoning_content: z.string().optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: z.string(), tool_call_id: z.string() }),
]);
type Message = z.infer<typeof message>;

/** The request of `POST /v1/chat/completions` as a strict vendor takes it. Unknown parameters are refused. */
export const chatRequest = z
  .strictObject({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    tools: z
      .array(
        z.strictObject({
          type: z.literal('function'),
          function: z.strictObject({
            name,
            description: z.string(),
            parameters: z.looseObject({ type: z.literal('object') }),
          }),
        }),
      )
      .min(1)
      .max(128)
      .optional(),
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
            name,
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
      body.messages.some(({ content }) => content.toLowerCase().includes('json')),
    {
      error: "'messages' must contain the word 'json' in some form, to use 'response_format' 'json_object'.",
    },
  )
  .refine(({ messages }) => eachCallIsAnswered(messages), {
    error:
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
  });
export type ChatRequest = z.infer<typeof chatRequest>;

/** Tool messages come right after the calls that they answer, one for each. */
function eachCallIsAnswered(messages: readonly Message[]): boolean {
  let open = new Set<string>();
  for (const one of messages) {
    if (one.role === 'tool') {
      if (!open.delete(one.tool_call_id)) return false;
      continue;
    }
    if (open.size > 0) return false;
    open = new Set(one.role === 'assistant' ? one.tool_calls?.map(({ id }) => id) : []);
  }
  return open.size === 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
