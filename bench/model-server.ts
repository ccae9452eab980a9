import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage } from '../contracts/chat.ts';
import { stepOf } from '../services/models/prompts/step.ts';
import { streamedCompletion, wholeCompletion } from './completion.ts';
import { bodyServer, listenOnLoopback } from './listen.ts';
import { orderIdIn } from './orders.ts';

/**
 * A model that thinks for a given time and then always behaves: a process of its own, speaking the OpenAI protocol.
 * What step it is asked for stands in the system prompt's first line; what order it is about, in the order's id.
 */
interface ChatRequest {
  messages: ChatMessage[];
  stream?: boolean;
}

/** A stream begins half-way through the model's time and comes in so many pieces. */
const pieces = 4;

let latencyMs = 20;
process.on('message', (control: { latencyMs: number }) => {
  latencyMs = control.latencyMs;
});

const server = bodyServer(async (body, _request, response) => {
  const { messages, stream } = JSON.parse(body) as ChatRequest;
  const content = answer(messages);
  if (!stream) {
    await delay(latencyMs);
    response.writeHead(200, { 'content-type': 'application/json' }).end(wholeCompletion(content));
    return;
  }
  await delay(latencyMs / 2);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of streamedCompletion(content, pieces)) {
    response.write(piece);
    await delay(latencyMs / 2 / pieces);
  }
  response.end();
});

function answer(messages: ChatMessage[]): string {
  const asked = messages.at(-1)?.content ?? '';
  const id = orderIdIn(asked) ?? 'an unknown order';
  switch (stepOf(messages)) {
    case 'intent':
      return JSON.stringify(
        asked.includes('task:') ? { intent: 'task' } : { intent: 'chat', text: prose(id, 2) },
      );
    case 'decompose':
      return JSON.stringify({
        subtasks: ['prices', 'delivery', 'reviews'].map((part) => subtask(part, id)),
      });
    default:
      return prose(id, 3);
  }
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
