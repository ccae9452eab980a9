import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage } from '../services/models/chat.ts';
import { stepOf } from '../services/models/prompts/step.ts';
import { bodyServer, listenOnLoopback } from './listen.ts';
import { orderIdIn } from './orders.ts';

/**
 * A model that thinks for a given time and then always behaves: a process of its own, speaking the OpenAI protocol.
 * What step it is asked for stands in the system prompt's first line; what order it is about, in the order's id.
 */
let latencyMs = 20;
process.on('message', (control: { latencyMs: number }) => {
  latencyMs = control.latencyMs;
});

const server = bodyServer(async (body) => {
  const request = JSON.parse(body) as { messages: ChatMessage[] };
  const content = answer(request.messages);
  await delay(latencyMs);
  return {
    status: 200,
    body: JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion',
      created: 0,
      model: 'bench',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 120, completion_tokens: 60, total_tokens: 180 },
    }),
  };
});

function answer(messages: ChatMessage[]): string {
  const asked = messages.at(-1)?.content ?? '';
  const id = orderIdIn(asked) ?? 'an unknown order';
  const step = stepOf(messages);
  if (step === 'intent') {
    return JSON.stringify(
      asked.includes('task:') ? { intent: 'task' } : { intent: 'chat', text: prose(id, 2) },
    );
  }
  if (step === 'decompose')
    return JSON.stringify({ subtasks: ['prices', 'delivery', 'reviews'].map((part) => subtask(part, id)) });
  return prose(id, 3);
}

function subtask(part: string, id: string) {
  return {
    id: part,
    title: `Compare ${part}`,
    instruction: `Find out about the ${part} for ${id} and sum it up.`,
  };
}

/** Some sentences of about 110 characters each, as long as real answers are. */
function prose(id: string, sentences: number): string {
  return Array.from(
    { length: sentences },
    (_, index) =>
      `Point ${index + 1} about ${id}: everything is on its way and should arrive within the next two working days.`,
  ).join(' ');
}

const port = await listenOnLoopback(server);
process.send?.(`http://127.0.0.1:${port}/v1`);
process.on('disconnect', () => process.exit());
