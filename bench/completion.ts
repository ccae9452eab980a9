/** A completion on the wire of the OpenAI protocol, in one piece or as a stream of tokens. */

const usage = { prompt_tokens: 120, completion_tokens: 60, total_tokens: 180 };
const common = { id: 'chatcmpl-bench', created: 0, model: 'bench' };

/** About as long as tokens are. */
const tokenLength = 5;

export function wholeCompletion(content: string): string {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  return JSON.stringify({ ...common, object: 'chat.completion', choices, usage });
}

/** The events of a stream, in `parts` of about the same number of tokens. */
export function streamedCompletion(content: string, parts: number): string[] {
  const tokens = content.match(new RegExp(`[^]{1,${tokenLength}}`, 'g')) ?? [];
  const perPart = Math.ceil(tokens.length / parts);
  const streamed = Array.from({ length: parts }, (_, part) =>
    tokens.slice(part * perPart, (part + 1) * perPart).map((token) => event({ content: token }, null)),
  );
  const end = [event({}, 'stop'), data({ ...common, object, choices: [], usage }), 'data: [DONE]\n\n'];
  return streamed.map((events, part) => [...events, ...(part === parts - 1 ? end : [])].join(''));
}

const object = 'chat.completion.chunk';

function event(delta: { content?: string }, finishReason: 'stop' | null): string {
  return data({ ...common, object, choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function data(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
