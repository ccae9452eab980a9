import type { ChatMessage } from '../../../contracts/chat.ts';

/** The kinds of question Errand asks a model. */
export type Step = 'intent' | 'decompose' | 'aggregate' | 'model';

const marker = /^\[step: (intent|decompose|aggregate|model)\]/;

/** The first line of a system prompt; a model without wit of its own (the demo, a test's fake) reads it. */
export function markStep(step: Step, prompt: string): string {
  return `[step: ${step}]\n${prompt}`;
}

/** The step a request is made for, or undefined when it does not say. */
export function stepOf(messages: readonly ChatMessage[]): Step | undefined {
  const first = messages[0];
  if (first?.role !== 'system') return undefined;
  return marker.exec(first.content)?.[1] as Step | undefined;
}
