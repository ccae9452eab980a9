import { expect, it } from 'vitest';
import type { FlowNode } from '../../contracts/flow.ts';
import type { PlanNode } from '../../contracts/flow-plan.ts';
import { InvalidFlow, plan } from './plan.ts';

function planned(...nodes: FlowNode[]): PlanNode[] {
  return plan({ schemaVersion: 1, id: 'f', name: { en: 'F', zh: 'F' }, nodes, edges: [] }, 3).nodes;
}

it('a plan is plain JSON of its flow version, with ports and conditions on its edges', () => {
  const made = plan(
    {
      schemaVersion: 1,
      id: 'f',
      name: { en: 'F', zh: 'F' },
      nodes: [{ id: 'start', kind: 'trigger.message' }],
      edges: [
        { from: 'start', to: 'a' },
        { from: 'a', to: 'b', on: 'error', when: 'true' },
      ],
    },
    3,
  );
  expect(made).toMatchObject({ engineVersion: 1, flow: { id: 'f', version: 3 } });
  expect(made.edges).toEqual([
    { from: 'start', to: 'a', on: 'success' },
    { from: 'a', to: 'b', on: 'error', when: 'true' },
  ]);
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
});

it('a node without settings gets the defaults of its kind and of retries', () => {
  expect(planned({ id: 'a', kind: 'http', config: { url: 'https://x.example' } })).toEqual([
    {
      id: 'a',
      kind: 'http',
      title: { en: 'HTTP request', zh: 'HTTP 请求' },
      config: { method: 'GET', url: 'https://x.example', headers: {}, query: {} },
      timeoutMs: 30_000,
      retry: {
        maximumAttempts: 3,
        initialIntervalMs: 1_000,
        backoffCoefficient: 2,
        maximumIntervalMs: 10_000,
      },
      onError: { action: 'fail' },
      traits: { effect: { field: 'method', harmless: ['GET', 'HEAD'] } },
    },
  ]);
});

it('what a node sets stands', () => {
  const [node] = planned({
    id: 'a',
    kind: 'model',
    title: { en: 'Ask', zh: '询问' },
    config: { prompt: '{{ trigger.text }}' },
    timeout: '2m',
    retry: { maximumAttempts: 1, initialInterval: '30s', when: "error.type == 'Timeout'" },
    onError: { action: 'fallback', value: { text: '' } },
  });
  expect(node).toMatchObject({
    title: { en: 'Ask', zh: '询问' },
    config: { prompt: '{{ trigger.text }}' },
    timeoutMs: 120_000,
    retry: {
      maximumAttempts: 1,
      initialIntervalMs: 30_000,
      maximumIntervalMs: 30_000,
      when: "error.type == 'Timeout'",
    },
    onError: { action: 'fallback', value: { text: '' } },
    traits: { raw: ['schema'] },
  });
});

it('what a fan-out does carries the defaults and traits of its own kind', () => {
  const [node] = planned({
    id: 'each',
    kind: 'dispatch',
    config: { items: '{{ trigger.input }}', do: { kind: 'model', config: { prompt: 'x' } } },
  });
  expect(node?.config).toEqual({
    items: '{{ trigger.input }}',
    concurrency: 4,
    onItemError: 'continue',
    do: { kind: 'model', config: { prompt: 'x' }, traits: { raw: ['schema'], expressions: [] } },
  });
});

it('a fan-out needs what the kind of its items needs, and has its effects', () => {
  const each = (kind: string, config: FlowNode['config'] = {}): FlowNode => ({
    id: kind,
    kind: 'loop',
    config: { items: [], do: { kind, config } },
  });
  const [ask, call, run] = planned(
    each('model', { prompt: 'x' }),
    each('http', { url: 'https://x.example' }),
    each('subflow', { flow: 'other' }),
  );
  expect([ask?.traits.ownRun, ask?.traits.effect]).toEqual([undefined, undefined]);
  expect(call?.traits.effect).toEqual({ field: 'method', harmless: ['GET', 'HEAD'] });
  expect(run?.traits).toMatchObject({ ownRun: true, fanOut: {} });
  expect(run?.config).toMatchObject({ concurrency: 1, onItemError: 'fail' });
});

it('a plan says which flow is run when it fails', () => {
  const nodes: FlowNode[] = [{ id: 'start', kind: 'trigger.message' }];
  const document = { schemaVersion: 1 as const, id: 'f', name: { en: 'F', zh: 'F' }, nodes, edges: [] };
  expect(plan(document, 1).onFailure).toBeUndefined();
  expect(plan({ ...document, onFailure: { flow: 'alarm' } }, 1).onFailure).toEqual({ flow: 'alarm' });
});

it('a kind that does not exist has no plan', () => {
  expect(() => planned({ id: 'a', kind: 'teleport' })).toThrow(InvalidFlow);
});
