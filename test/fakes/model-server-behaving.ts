import { stepOf } from '../../services/models/prompts/step.ts';
import type { ChatRequest } from './model-server-request.ts';

/**
 * Answers every step the same way each time, with the order's own words inside, so that a test can tell
 * whose answer it holds: `echo: <order>`; an order that begins with `task:` becomes three subtasks.
 */
export function behave(request: ChatRequest): string {
  const order = request.messages.at(-1)?.content ?? '';
  const step = stepOf(
    request.messages.flatMap(({ role, content }) =>
      role === 'tool' ? [] : [{ role: role === 'developer' ? 'system' : role, content }],
    ),
  );
  switch (step) {
    case 'intent':
      return order.startsWith('task:')
        ? '{"intent":"task"}'
        : JSON.stringify({ intent: 'chat', text: `echo: ${order}` });
    case 'decompose':
      return JSON.stringify({
        subtasks: [1, 2, 3].map((part) => ({
          id: `s${part}`,
          title: `Part ${part}`,
          instruction: `part ${part} of ${order}`,
        })),
      });
    case 'aggregate':
      return `result: ${orderIn(order)}`;
    case 'model':
      return `done: ${order}`;
    default:
      return `echo: ${order}`;
  }
}

/** The order inside an aggregate prompt. */
function orderIn(content: string): string {
  const from = content.indexOf('<order>');
  const to = content.indexOf('</order>');
  return from < 0 || to < from ? content.slice(0, 200) : content.slice(from + 7, to).trim();
}
