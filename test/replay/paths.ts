import type { FlowDocument } from '../../contracts/flow.ts';

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
