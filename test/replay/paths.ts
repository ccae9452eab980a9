import type { FlowDocument } from '../../contracts/flow.ts';
import { flow, message, node, start } from '../errand/flow.ts';

/** The nodes that the assistant does not have, in one flow that a program starts. */
export function controlFlow(url: string): FlowDocument {
  return {
    schemaVersion: 1,
    id: 'control',
    name: { en: 'Control', zh: '控制' },
    nodes: [
      { id: 'start', kind: 'trigger.webhook', config: { input: { type: 'object' } } },
      { id: 'big', kind: 'condition', config: { if: 'trigger.input.n * 2 > 10' } },
      { id: 'pause', kind: 'wait', config: { for: '1s' } },
      { id: 'fetch', kind: 'http', config: { url }, onError: { action: 'fallback', value: { status: 0 } } },
      { id: 'small', kind: 'transform', config: { output: { n: '{{ trigger.input.n }}' } } },
      { id: 'say', kind: 'notify', config: { text: 'n is {{ trigger.input.n }}' } },
    ],
    edges: [
      { from: 'start', to: 'big' },
      { from: 'big', on: 'true', to: 'pause' },
      { from: 'big', on: 'false', to: 'small' },
      { from: 'pause', to: 'fetch' },
      { from: 'fetch', to: 'say' },
      { from: 'small', to: 'say' },
    ],
  };
}

/** A flow of a conversation that waits, and so leaves it. */
export const patientFlow: FlowDocument = {
  schemaVersion: 1,
  id: 'patient',
  name: { en: 'Patient', zh: '等待' },
  nodes: [
    { id: 'message', kind: 'trigger.message' },
    { id: 'pause', kind: 'wait', config: { for: '1s' } },
    { id: 'say', kind: 'notify', config: { text: 'after a while: {{ trigger.text }}' } },
  ],
  edges: [
    { from: 'message', to: 'pause' },
    { from: 'pause', to: 'say' },
  ],
};

/** A flow of a conversation that waits for a person, an event and a subflow that goes in batches. */
export const waitingFlow = flow(
  'waiting',
  [
    message,
    node('ask', 'approval', {
      text: 'Go on?',
      remindEvery: '1s',
      escalateAfter: '1s',
      escalateTo: { account: 'hook', conversation: 'elsewhere' },
    }),
    node('event', 'wait', { event: 'go' }),
    node('sub', 'subflow', { flow: 'batched' }),
    node('say', 'notify', { text: '{{ nodes.event.output.data }} {{ size(nodes.sub.output.items) }}' }),
  ],
  ['message>ask', 'ask:approved>event', 'message>sub', 'event>say', 'sub>say'],
);

/** So many items that they go in batches, each a subflow. */
export const batchedFlow = flow(
  'batched',
  [
    start,
    node('each', 'dispatch', {
      items: Array.from({ length: 103 }, (_, index) => index),
      do: { kind: 'subflow', config: { flow: 'one', input: '{{ item }}' } },
      concurrency: 25,
    }),
  ],
  ['start>each'],
);

/** Model calls that go in batches; those of all but the first few do not end. */
export const crowdFlow = flow(
  'crowd',
  [
    start,
    node('each', 'dispatch', {
      items: Array.from({ length: 101 }, (_, index) => (index < 3 ? 'quick' : 'late')),
      do: { kind: 'model', config: { prompt: '{{ item }}' } },
      concurrency: 3,
    }),
  ],
  ['start>each'],
);

export const oneFlow = flow(
  'one',
  [start, node('same', 'transform', { output: '{{ trigger.input }}' })],
  ['start>same'],
);

/** Tells others, one of whom cannot be reached: it goes on as a run. */
export const tellingFlow = flow(
  'telling',
  [
    message,
    node(
      'tell',
      'notify',
      {
        text: 'news',
        to: [
          { account: 'hook', conversation: 'others' },
          { account: 'nowhere', conversation: 'lost' },
        ],
      },
      { onError: { action: 'continue' }, retry: { maximumAttempts: 2, initialInterval: '100ms' } },
    ),
    node('say', 'notify', { text: 'told: {{ nodes.tell.error == null }}' }),
  ],
  ['message>tell', 'tell>say'],
);

/** Has its conversation note something, reads it, and forgets it. */
export function notingFlow(id: string, pause: string): FlowDocument {
  return flow(
    id,
    [
      message,
      node('first', 'memory', { action: 'remember', text: '{{ trigger.text }}' }),
      node('pause', 'wait', { for: pause }),
      node('second', 'memory', { action: 'remember', text: 'later: {{ trigger.text }}' }),
      node('read', 'memory', { action: 'read' }),
      node('forget', 'memory', { action: 'forget', id: '{{ nodes.first.output.id }}' }),
      node('say', 'notify', { text: '{{ size(nodes.read.output.notes) }}' }),
    ],
    ['message>first', 'first>pause', 'pause>second', 'second>read', 'read>forget', 'forget>say'],
  );
}

/** Asks for the intent only after it has become a run. */
export const lateFlow = flow(
  'late',
  [
    message,
    node('pause', 'wait', { for: '200ms' }),
    node('what', 'intent', { intents: [{ name: 'other', description: 'Anything else.' }] }),
    node('say', 'notify', { text: 'something else' }),
  ],
  ['message>pause', 'pause>what', 'what>say'],
);

/** What an intent is bound to. */
export const boughtFlow = flow(
  'bought',
  [message, node('say', 'notify', { text: 'bought {{ trigger.input.arguments.item }}' })],
  ['message>say'],
);

/** Fails inside its conversation, and has a flow for that. */
export const failingFlow = flow(
  'failing',
  [message, node('bad', 'transform', { output: '{{ 1 / 0 }}' })],
  ['message>bad'],
  { onFailure: { flow: 'alarm' } },
);

export const alarmFlow = flow(
  'alarm',
  [start, node('say', 'notify', { text: '{{ trigger.input.node }} failed' })],
  ['start>say'],
);
