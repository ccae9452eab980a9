import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../contracts/json.ts';
import { assistant } from '../testing/assistant.ts';
import { validate } from './validate.ts';

function flow(nodes: Json[], edges: Json[] = [], rest: JsonObject = {}): JsonObject {
  return { schemaVersion: 1, id: 'f', name: { en: 'F', zh: 'F' }, nodes, edges, ...rest };
}

const start = { id: 'start', kind: 'trigger.webhook' };
const transform = (id: string, output: Json = null, rest: JsonObject = {}): JsonObject => ({
  id,
  kind: 'transform',
  config: { output },
  ...rest,
});
const path = (...ids: string[]): JsonObject[] => ids.slice(1).map((to, at) => ({ from: ids[at] ?? '', to }));

const pick = (...cases: { port: string; when?: string }[]): JsonObject => ({
  id: 'pick',
  kind: 'switch',
  config: { cases: cases.map(({ port, when = 'true' }) => ({ port, when })) },
});
const leave = (to: string, from: string, on: string): JsonObject => ({ from, to, on });

/** Each problem as `code node field`. */
function problems(document: unknown): string[] {
  const validation = validate(document);
  if (validation.valid) return [];
  for (const { message } of validation.errors) expect(message).toMatch(/^.{10,}\.$/s);
  return validation.errors.map(({ code, node, field }) => [code, node, field].filter(Boolean).join(' '));
}

describe('a valid document', () => {
  it('is given back as it was read', () => {
    expect(validate(assistant)).toEqual({ valid: true, document: assistant });
  });

  it('may use ports, conditions, items of a fan-out and its own output in an edge', () => {
    const document = flow(
      [
        start,
        { id: 'check', kind: 'condition', config: { if: 'trigger.input.n > 1' } },
        transform('yes', '{{ trigger.input.n }}'),
        transform('always'),
        {
          id: 'each',
          kind: 'dispatch',
          config: {
            items: '{{ trigger.input.list }}',
            do: { kind: 'http', config: { url: '{{ item.url }}?{{ index }}' } },
          },
        },
      ],
      [
        { from: 'start', to: 'check' },
        { from: 'check', to: 'yes', on: 'true' },
        { from: 'check', to: 'always' },
        { from: 'yes', to: 'each', when: 'nodes.yes.output > nodes.start.output.n' },
      ],
    );
    expect(problems(document)).toEqual([]);
  });
});

it('a valid document may leave a switch by its cases and by default', () => {
  const nodes = [start, pick({ port: 'a' }, { port: '大' }), transform('x'), transform('y'), transform('z')];
  const edges = [...path('start', 'pick'), leave('x', 'pick', 'a'), leave('y', 'pick', '大')];
  expect(problems(flow(nodes, [...edges, leave('z', 'pick', 'default')]))).toEqual([]);
});

describe('what is wrong with a document', () => {
  it('is told all at once, each at its place', () => {
    const document = flow(
      [
        start,
        transform('a', '{{ nodes.nobody.output }}'),
        transform('a'),
        { id: 'b', kind: 'teleport' },
        { id: 'c', kind: 'condition', config: { if: '1 +', unless: 'x' } },
        { id: 'd', kind: 'transform', config: { output: 1 }, timeout: 'soon' },
        transform('e', null, { onError: { action: 'branch' } }),
        transform('lost'),
      ],
      [
        ...path('start', 'a', 'b', 'c', 'd', 'e'),
        { from: 'c', to: 'd', on: 'maybe' },
        { from: 'a', to: 'nowhere' },
        { from: 'b', to: 'c', on: 'error' },
        { from: 'a', to: 'b', when: 'trigger.' },
      ],
    );
    expect(problems(document).sort()).toEqual([
      'branch_without_error_edge e onError.action',
      'dangling_edge a edges[6].to',
      'duplicate_id a id',
      'invalid_config c config',
      'invalid_expression a edges[8].when',
      'invalid_expression c config.if',
      'invalid_shape d timeout',
      'unknown_kind b kind',
      'unknown_node a config.output',
      'unknown_port c edges[5].on',
      'unreachable lost',
    ]);
  });

  it.each<[string, unknown]>([
    ['invalid_document', null],
    ['invalid_document', []],
    ['invalid_document', 'flow'],
    ['invalid_shape name', { schemaVersion: 1, id: 'f', nodes: [start], edges: [] }],
    ['invalid_shape', flow([start], [], { extra: 1 })],
    ['newer_schema schemaVersion', { schemaVersion: 2, steps: [] }],
    ['too_many_nodes nodes', flow(Array.from({ length: 501 }, (_, n) => transform(`n${n}`)))],
    ['too_many_nodes nodes', flow(Array.from({ length: 10_000 }, (_, n) => ({ id: `n${n}` })))],
    ['too_many_edges edges', flow([start], Array(2_001).fill({ from: 'start', to: 'start' }))],
    ['document_too_large', flow([start, transform('a', 'x'.repeat(1_000_000))], path('start', 'a'))],
    [
      'document_too_deep',
      flow([start, transform('a', JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`))]),
    ],
    ['no_trigger nodes', flow([transform('a')])],
    [
      'trigger_with_input start',
      flow([{ id: 'first', kind: 'trigger.message' }, start], path('first', 'start')),
    ],
    ['reserved_id constructor id', flow([start, transform('constructor')], path('start', 'constructor'))],
    ['reserved_id toString id', flow([start, transform('toString')], path('start', 'toString'))],
    [
      'error_edge_without_branch a edges[1].on',
      flow(
        [start, transform('a'), transform('b')],
        [...path('start', 'a'), { from: 'a', to: 'b', on: 'error' }],
      ),
    ],
    [
      'invalid_expression a config.output',
      flow([start, transform('a', ['{{ item.x }}'])], path('start', 'a')),
    ],
    [
      'invalid_expression a config.output',
      flow([start, transform('a', { deep: '{{ open' })], path('start', 'a')),
    ],
    [
      'invalid_expression a retry.when',
      flow([start, transform('a', 1, { retry: { when: 'trigger.text' } })], path('start', 'a')),
    ],
    [
      'refers_to_itself a config.output',
      flow([start, transform('a', '{{ nodes.a.output }}')], path('start', 'a')),
    ],
    [
      'not_upstream a config.output',
      flow(
        [start, transform('a', '{{ nodes.b.output }}'), transform('b')],
        [...path('start', 'a'), ...path('start', 'b')],
      ),
    ],
    [
      'not_upstream a edges[1].when',
      flow(
        [start, transform('a'), transform('b')],
        [...path('start', 'a'), { from: 'a', to: 'b', when: 'nodes.b.output == 1' }],
      ),
    ],
    [
      'unknown_port pick edges[1].on',
      flow([start, pick({ port: 'a' }), transform('b')], [...path('start', 'pick'), leave('b', 'pick', 'c')]),
    ],
    [
      'duplicate_port pick config.cases[1].port',
      flow([start, pick({ port: 'a' }, { port: 'a' })], path('start', 'pick')),
    ],
    [
      'duplicate_port pick config.cases[0].port',
      flow([start, pick({ port: 'success' })], path('start', 'pick')),
    ],
    [
      'invalid_expression pick config.cases[1].when',
      flow([start, pick({ port: 'a' }, { port: 'b', when: '1 +' })], path('start', 'pick')),
    ],
    [
      'invalid_expression pick config.cases[0].when',
      flow([start, pick({ port: 'a', when: "trigger.text.matches('(')" })], path('start', 'pick')),
    ],
    [
      'quorum_too_large both config.quorum',
      flow(
        [start, transform('a'), { id: 'both', kind: 'join', config: { mode: 'quorum', quorum: 2 } }],
        path('start', 'a', 'both'),
      ),
    ],
    [
      'invalid_config both config.quorum',
      flow([start, { id: 'both', kind: 'join', config: { mode: 'quorum' } }], path('start', 'both')),
    ],
    ['own_failure_flow onFailure.flow', flow([start], [], { onFailure: { flow: 'f' } })],
  ])('%s', (problem, document) => {
    expect(problems(document)).toEqual([problem]);
  });

  it('says what to write instead where several things may stand', () => {
    const nodes = [
      { id: 'start', kind: 'trigger.webhook' },
      { id: 'nap', kind: 'wait', config: { for: 'soon' } },
      { id: 'late', kind: 'wait', config: { until: 'tomorrow' } },
      { id: 'tell', kind: 'notify', config: { text: 'x', to: 7 } },
      { id: 'ask', kind: 'model', config: { prompt: 'x', temperature: true } },
      { id: 'each', kind: 'loop', config: { items: 7, do: { kind: 'http', config: { url: 'x' } } } },
    ];
    const edges = nodes.slice(1).map(({ id }) => ({ from: 'start', to: id }));
    const name = { en: 'x', zh: 'x' };
    const result = validate({ schemaVersion: 1, id: 'x', name, nodes, edges });
    expect(result.valid ? [] : result.errors.map(({ field, message }) => [field, message])).toEqual([
      ['config.for', 'A duration like 10m or 2d, or one {{ expression }}.'],
      ['config.until', 'A time like 2026-12-24T18:00:00+08:00, or one {{ expression }}.'],
      ['config.to', 'An address of account and conversation, a list of up to 20, or one {{ expression }}.'],
      ['config.temperature', 'A number from 0 to 2, or one {{ expression }}.'],
      ['config.items', 'A list of up to 1000, or one {{ expression }}.'],
    ]);
  });

  it('includes a model’s schema, also of what a fan-out does', () => {
    const config = { prompt: 'x', schema: { type: 'banana' } };
    const nodes = [
      { id: 'start', kind: 'trigger.webhook' },
      { id: 'ask', kind: 'model', config },
      { id: 'each', kind: 'loop', config: { items: [1], do: { kind: 'model', config } } },
    ];
    const edges = nodes.slice(1).map(({ id }) => ({ from: 'start', to: id }));
    const name = { en: 'x', zh: 'x' };
    expect(validate({ schemaVersion: 1, id: 'x', name, nodes, edges })).toMatchObject({
      errors: [
        { node: 'ask', field: 'config.schema', code: 'invalid_schema' },
        { node: 'each', field: 'config.do.config.schema', code: 'invalid_schema' },
      ],
    });
  });

  it('includes a condition for retries whose other fields are wrong', () => {
    const nodes = [
      { id: 'start', kind: 'trigger.webhook' },
      { id: 'a', kind: 'transform', config: { output: 1 }, retry: { maximumAttempts: 0, when: '1 +' } },
    ];
    const name = { en: 'x', zh: 'x' };
    const document = { schemaVersion: 1, id: 'x', name, nodes, edges: [{ from: 'start', to: 'a' }] };
    expect(validate(document)).toMatchObject({
      errors: [{ field: 'retry.maximumAttempts' }, { field: 'retry.when', code: 'invalid_expression' }],
    });
  });

  it('names the nodes of a cycle in their order', () => {
    const validation = validate(
      flow(
        [start, transform('a'), transform('b'), transform('c'), transform('behind')],
        [...path('start', 'a', 'b', 'c', 'a'), ...path('c', 'behind')],
      ),
    );
    if (validation.valid) throw new TypeError('a cycle is not valid');
    expect(validation.errors).toHaveLength(1);
    expect(validation.errors[0]).toMatchObject({ code: 'cycle' });
    expect('a → b → c → a → b').toContain(
      /in a circle: (.*?)\./.exec(validation.errors[0]?.message ?? '')?.[1],
    );
  });

  it('includes `__proto__` as an id, from JSON as it is sent', () => {
    const document = JSON.parse(
      JSON.stringify(flow([start, transform('a')], path('start', 'a'))).replaceAll('"a"', '"__proto__"'),
    );
    expect(problems(document)).toContain('invalid_shape __proto__ id');
  });

  it('inside what a fan-out does is found there', () => {
    const each = {
      id: 'each',
      kind: 'dispatch',
      config: { items: '{{ item }}', do: { kind: 'http', config: { method: 'SHOUT', url: '{{ nobody }}' } } },
    };
    expect(problems(flow([start, each], path('start', 'each'))).sort()).toEqual(
      [
        'invalid_config each config.do.config.method',
        'invalid_expression each config.do.config.url',
        'invalid_expression each config.items',
      ].sort(),
    );
  });

  it('does not hide other problems when the shape is wrong elsewhere', () => {
    expect(problems(flow([{ ...start, bad: 1 }, transform('a', '{{ 1 + }}')], path('start', 'a')))).toEqual(
      expect.arrayContaining(['invalid_shape start', 'invalid_expression a config.output']),
    );
  });

  it('counts edges as the document does, past those whose shape is wrong', () => {
    const document = flow([start, transform('a')], [{ from: 1 }, { from: 'start', to: 'a', when: '1 +' }]);
    expect(problems(document)).toContain('invalid_expression start edges[1].when');
  });

  it('tells no more than can be read of a document that is wrong everywhere', () => {
    const nodes = Array.from({ length: 500 }, () => ({ id: 'same', kind: 'teleport', timeout: 'soon' }));
    const validation = validate(flow(nodes, Array(2_000).fill({ from: 'same', to: 'nowhere' })));
    expect(validation.valid || validation.errors.length).toBe(1_000);
  });

  it('is found quickly in the largest flows', () => {
    const nodes = Array.from({ length: 499 }, (_, n) =>
      transform(`n${n}`, n > 0 ? `{{ nodes.n${n - 1}.output + ${n} }}` : 1),
    );
    const edges = nodes.flatMap((_, n) =>
      [1, 2, 3, 4].flatMap((gap) =>
        n >= gap ? [{ from: `n${n - gap}`, to: `n${n}`, when: 'trigger.input.n > 1' }] : [],
      ),
    );
    const begin = performance.now();
    expect(problems(flow([start, ...nodes], [{ from: 'start', to: 'n0' }, ...edges]))).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});

it('anything at all is either a valid document or told what is wrong with it', () => {
  const nodes = assistant.nodes;
  const edges = assistant.edges;
  if (!Array.isArray(nodes) || !Array.isArray(edges))
    throw new TypeError('the default flow has nodes and edges');
  const part = fc.oneof(fc.constantFrom(...nodes), fc.constantFrom(...edges), fc.jsonValue(), fc.anything());
  const document = fc.record({
    schemaVersion: fc.constantFrom(1, 2, '1', null),
    id: fc.constantFrom('f', '', 1),
    name: fc.constantFrom({ en: 'F', zh: 'F' }, 'F'),
    nodes: fc.oneof(fc.array(part), fc.anything()),
    edges: fc.oneof(fc.array(part), fc.anything()),
  });
  fc.assert(
    fc.property(fc.oneof(document, fc.anything()), (input) => {
      const validation = validate(input);
      expect(validation.valid || validation.errors.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});
