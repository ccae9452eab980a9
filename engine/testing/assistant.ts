import type { JsonObject } from '../../contracts/json.ts';

/** The default flow, as the documentation of flow documents has it. */
export const assistant: JsonObject = {
  schemaVersion: 1,
  id: 'assistant',
  name: { en: 'Assistant', zh: '助手' },
  nodes: [
    { id: 'message', kind: 'trigger.message' },
    {
      id: 'intent',
      kind: 'intent',
      config: {
        answers: ['chat'],
        intents: [
          { name: 'chat', description: 'Small talk, and questions that can be answered at once.' },
          { name: 'task', description: 'Work that takes several steps.' },
        ],
      },
      timeout: '60s',
      retry: { maximumAttempts: 3, initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
    },
    { id: 'decompose', kind: 'decompose', config: { maximumSubtasks: 8 } },
    {
      id: 'dispatch',
      kind: 'dispatch',
      config: {
        items: '{{ nodes.decompose.output.subtasks }}',
        do: { kind: 'model', config: { prompt: '{{ item.instruction }}' } },
        concurrency: 4,
        onItemError: 'continue',
      },
      onError: { action: 'branch' },
    },
    { id: 'aggregate', kind: 'aggregate' },
    {
      id: 'notify',
      kind: 'notify',
      config: {
        text: '{{ nodes.aggregate.output != null ? nodes.aggregate.output.text : nodes.intent.output.text }}',
      },
    },
    { id: 'apology', kind: 'notify', config: { text: '{{ nodes.dispatch.error.userMessage }}' } },
  ],
  edges: [
    { from: 'message', to: 'intent' },
    { from: 'intent', to: 'notify', when: "nodes.intent.output.intent == 'chat'" },
    { from: 'intent', to: 'decompose', when: "nodes.intent.output.intent == 'task'" },
    { from: 'decompose', to: 'dispatch' },
    { from: 'dispatch', to: 'aggregate' },
    { from: 'aggregate', to: 'notify' },
    { from: 'dispatch', on: 'error', to: 'apology' },
  ],
};
