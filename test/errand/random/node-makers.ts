import { expect } from 'vitest';
import { fanOut } from './fan-outs.ts';
import type { MadeNode, Maker, Making } from './made-node.ts';
import { answerTo } from './services.ts';

const out = (id: string, path = ''): string => `nodes.${id}.output${path}`;
const httpOutput = (v: number) => ({ status: 200, headers: expect.any(Object), body: { v } });

function fetched(url: string, { id }: Making, rest: Partial<MadeNode> = {}): MadeNode {
  return {
    kind: 'http',
    config: { url },
    value: out(id, '.body.v'),
    end: (n) => ({ output: httpOutput(answerTo(n)), value: answerTo(n) }),
    ...rest,
  };
}

/** Each kind as it succeeds; some more often than others. */
export const succeeding: Maker[] = [
  ...Array.from(
    { length: 3 },
    (): Maker =>
      ({ id, n }) => ({
        kind: 'transform',
        config: {
          output: { v: `{{ ${n} }}`, by: id, text: `n is {{ ${n} }}.`, list: [1, `{{ ${n} > 500 }}`] },
        },
        value: out(id, '.v'),
        end: (v) => ({ output: { v, by: id, text: `n is ${v}.`, list: [1, v > 500] }, value: v }),
      }),
  ),
  (making) => fetched(`${making.origin}/value/{{ ${making.n} }}`, making),
  (making) =>
    fetched(`${making.origin}/value`, making, {
      config: { method: 'POST', url: `${making.origin}/value`, body: { n: `{{ ${making.n} }}` } },
    }),
  (making) =>
    fetched(`${making.origin}/flaky/{{ trigger.input.program }}-${making.id}/{{ ${making.n} }}`, making, {
      retry: { when: "error.type == 'HttpStatus' || error.type == 'Timeout'" },
      attempts: 2,
    }),
  ({ id, n }) => ({
    kind: 'model',
    config: { prompt: `value of {{ ${n} }}` },
    value: `int(${out(id, '.text')})`,
    end: (v) => ({ output: { text: String(answerTo(v)) }, value: answerTo(v) }),
  }),
  ({ id, n }) => ({
    kind: 'model',
    config: {
      prompt: `object of {{ ${n} }}`,
      schema: { type: 'object', properties: { v: { type: 'integer' } }, required: ['v'] },
    },
    value: out(id, '.v'),
    end: (v) => ({ output: { v: answerTo(v) }, value: answerTo(v) }),
  }),
  ...Array.from(
    { length: 2 },
    (): Maker =>
      ({ id, n }) => ({
        kind: 'condition',
        config: { if: `${n} % 2 == 0` },
        value: `(${out(id)} ? 1 : 2)`,
        ports: ['true', 'false'],
        end: (v) => ({ output: v % 2 === 0, value: v % 2 === 0 ? 1 : 2, port: String(v % 2 === 0) }),
      }),
  ),
  ...Array.from(
    { length: 2 },
    (): Maker =>
      ({ id, n }) => ({
        kind: 'switch',
        config: {
          cases: [
            { port: 'low', when: `${n} < 300` },
            { port: 'high', when: `${n} >= 600 ` },
          ],
        },
        value: `size(${out(id)})`,
        ports: ['low', 'high', 'default'],
        end: (v) => {
          const port = v < 300 ? 'low' : v >= 600 ? 'high' : 'default';
          return { output: port, value: port.length, port };
        },
      }),
  ),
  () => ({
    kind: 'wait',
    config: { for: '20ms' },
    value: '5',
    end: () => ({ output: { until: expect.any(String) }, value: 5 }),
  }),
  ({ id, chance }) => {
    const event = { name: `of_${id}`, data: { v: chance % 997 } };
    const output = { event: event.name, data: event.data, at: expect.any(String) };
    return {
      kind: 'wait',
      config: { event: event.name },
      event,
      value: out(id, '.data.v'),
      end: () => ({ output, value: event.data.v }),
    };
  },
  ({ id, n }) => ({
    kind: 'approval',
    config: { text: `{{ ${n} % 2 == 0 ? 'approve' : 'deny' }} {{ ${n} }}` },
    value: `size(${out(id, '.note')})`,
    ports: ['approved', 'denied'],
    end: (v) => {
      const decision = v % 2 === 0 ? 'approve' : 'deny';
      const note = `${decision} ${v}`;
      const output = { decision, by: 'admin', note, at: expect.any(String), expired: false };
      return { output, value: note.length, port: v % 2 === 0 ? 'approved' : 'denied' };
    },
  }),
  ({ id, chance }) => {
    const byDefault = chance % 2 === 0 ? 'approve' : 'deny';
    const output = { decision: byDefault, by: null, note: null, at: expect.any(String), expired: true };
    return {
      kind: 'approval',
      config: { text: 'nobody decides this', expiresAfter: '50ms', default: byDefault },
      value: `size(${out(id, '.decision')})`,
      ports: ['approved', 'denied'],
      end: () => ({
        output,
        value: byDefault.length,
        port: byDefault === 'approve' ? 'approved' : 'denied',
      }),
    };
  },
  ({ id, n, chance }) => ({
    kind: 'subflow',
    config: {
      flow: ['triples', 'triples-later', 'triples-within'][chance % 3] ?? '',
      input: { n: `{{ ${n} }}` },
    },
    value: out(id, '.v'),
    end: (v) => ({ output: { v: v * 3 }, value: v * 3 }),
  }),
  ({ id, n }) => ({
    kind: 'notify',
    config: { text: `n is {{ ${n} }}` },
    value: `size(${out(id, '.text')})`,
    end: (v) => ({
      output: { text: `n is ${v}`, final: expect.any(Boolean) },
      value: `n is ${v}`.length,
    }),
  }),
  ...Array.from({ length: 4 }, (): Maker => fanOut),
];
