import type { MadeNode, Maker } from './made-node.ts';

function failing(error: string, made: Omit<MadeNode, 'value' | 'end'>): MadeNode {
  return { ...made, value: '0', end: () => ({ error }) };
}

/** Each way to fail. */
export const failures: Maker[] = [
  ({ n, origin }) =>
    failing('HttpStatus', { kind: 'http', config: { url: `${origin}/value/{{ -1 - ${n} }}` } }),
  ({ n }) => failing('ModelRejected', { kind: 'model', config: { prompt: `value of {{ -1 - ${n} }}` } }),
  ({ n }) =>
    failing('ExpressionError', { kind: 'transform', config: { output: `{{ ${n} / 0 }}` }, attempts: 0 }),
  ({ n }) => failing('ExpressionError', { kind: 'condition', config: { if: `1 / 0 == ${n}` }, attempts: 0 }),
  () =>
    failing('ExpressionError', {
      kind: 'switch',
      config: { cases: [{ port: 'some', when: '1 / 0 > 0' }] },
      attempts: 0,
    }),
  () => failing('Timeout', { kind: 'wait', config: { event: 'never' }, timeout: '50ms' }),
  () => failing('Timeout', { kind: 'approval', config: { text: 'nobody decides this' }, timeout: '50ms' }),
  ({ n }) =>
    failing('SubflowFailed', {
      kind: 'subflow',
      config: { flow: 'triples', input: { n: `{{ -1 - ${n} }}` } },
    }),
  ({ origin }) =>
    failing('HttpStatus', {
      kind: 'http',
      config: { url: `${origin}/away` },
      retry: { when: "error.type != 'HttpStatus'" },
    }),
  ({ origin }) =>
    failing('Timeout', {
      kind: 'http',
      config: { url: `${origin}/hang` },
      timeout: '300ms',
      retry: { when: "error.type != 'Timeout'" },
    }),
];
