import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldChange, FlowDiff, FlowDocument, Json, JsonObject } from '../../contracts/index.ts';
import { canonicalJson } from './canonical.ts';
import { diffFlows } from './diff.ts';

const nothing: FlowDiff = {
  nodes: { added: [], removed: [], changed: [] },
  edges: { added: [], removed: [] },
  fields: [],
};

/** Few names, so that two documents share some. */
const name = fc.constantFrom('a', 'b', 'c', 'd.e', '__proto__');
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('', 'text', null, true),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const optional = { requiredKeys: ['id', 'kind'] as ('id' | 'kind')[] };
const node = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    kind: fc.constantFrom('model', 'http'),
    config: fc.dictionary(name, value, { maxKeys: 3 }),
    timeout: fc.constantFrom('1s', '2s'),
    pinned: value,
  },
  optional,
);
const edge = fc.record(
  { from: fc.constantFrom('a', 'b'), to: fc.constantFrom('c', 'd'), when: fc.constantFrom('true', 'false') },
  { requiredKeys: ['from', 'to'] },
);
const document: fc.Arbitrary<FlowDocument> = fc.record(
  {
    schemaVersion: fc.constant(1 as const),
    id: fc.constant('flow'),
    name: fc.record({ en: fc.constantFrom('A', 'B'), zh: fc.constantFrom('甲', '乙') }),
    nodes: fc.array(node, { minLength: 1, maxLength: 5 }),
    edges: fc.array(edge, { maxLength: 5 }),
    onFailure: fc.record({ flow: fc.constantFrom('x', 'y') }),
  },
  { requiredKeys: ['schemaVersion', 'id', 'name', 'nodes', 'edges'] },
);
const shuffled = (from: FlowDocument) =>
  fc
    .tuple(
      fc.shuffledSubarray(from.edges, { minLength: from.edges.length }),
      fc.uniqueArray(fc.constantFrom(...from.nodes.map(({ id }) => id)), {
        minLength: new Set(from.nodes.map(({ id }) => id)).size,
      }),
    )
    .map(([edges, ids]) => ({
      ...from,
      edges,
      nodes: ids.flatMap((id) => from.nodes.filter((one) => one.id === id)),
    }));

const copy = (value: object): JsonObject => JSON.parse(JSON.stringify(value));
const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

function set(target: JsonObject, { path, ...change }: FieldChange): void {
  const [last = '', ...parents] = path.toReversed();
  let at = target;
  for (const parent of parents.toReversed()) at = object(Object.getOwnPropertyDescriptor(at, parent)?.value);
  if (change.after === undefined) delete at[last];
  else
    Object.defineProperty(at, last, {
      value: change.after,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

/** The diff carried out, as a set of nodes and edges: what a reader of it would make of `from`. */
function applied(from: FlowDocument, diff: FlowDiff): string {
  const { nodes, edges, ...rest } = from;
  const document = copy(rest);
  for (const change of diff.fields) set(document, change);
  const kept = nodes.map(copy);
  for (const gone of diff.nodes.removed.toReversed()) {
    kept.splice(
      kept.findLastIndex(({ id }) => id === gone.id),
      1,
    );
  }
  const seen = new Map<string, number>();
  for (const { id, fields } of diff.nodes.changed) {
    const same = kept.filter((one) => one.id === id);
    // Of two with one id, the one that the change fits.
    const target = same.find(
      (one, index) => index >= (seen.get(id) ?? 0) && fields.every((change) => fits(one, change)),
    );
    seen.set(id, same.indexOf(target ?? {}) + 1);
    for (const change of fields) set(target ?? {}, change);
  }
  const left = edges.map((one) => canonicalJson(copy(one)));
  for (const gone of diff.edges.removed) left.splice(left.indexOf(canonicalJson(copy(gone))), 1);
  return canonicalJson({
    ...document,
    nodes: [...kept, ...diff.nodes.added.map(copy)].map(canonicalJson).sort(),
    edges: [...left, ...diff.edges.added.map((one) => canonicalJson(copy(one)))].sort(),
  });
}

function fits(target: JsonObject, { path, before }: FieldChange): boolean {
  let at: Json | undefined = target;
  for (const step of path) at = Object.getOwnPropertyDescriptor(object(at), step)?.value;
  return before === undefined
    ? at === undefined
    : at !== undefined && canonicalJson(at) === canonicalJson(before);
}

const asSet = (document: FlowDocument) => applied(document, nothing);

describe('diffFlows', () => {
  it('is empty for a document and itself in any order, and otherwise makes the one of the other', () => {
    fc.assert(
      fc.property(
        document.chain((from) => fc.tuple(fc.constant(from), shuffled(from), document)),
        ([from, same, to]) => {
          expect(diffFlows(from, same)).toEqual(nothing);
          expect(applied(from, diffFlows(from, to))).toBe(asSet(to));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says field by field what was and what is', () => {
    const from: FlowDocument = {
      schemaVersion: 1,
      id: 'flow',
      name: { en: 'Old', zh: '旧' },
      nodes: [
        { id: 'ask', kind: 'model', config: { prompt: 'one', temperature: 1 }, timeout: '5s' },
        { id: 'gone', kind: 'http' },
      ],
      edges: [{ from: 'ask', to: 'gone' }],
    };
    const to: FlowDocument = {
      ...from,
      name: { en: 'New', zh: '旧' },
      nodes: [
        { id: 'new', kind: 'notify' },
        {
          id: 'ask',
          kind: 'model',
          config: { prompt: 'two', temperature: 1 },
          retry: { maximumAttempts: 2 },
        },
      ],
      edges: [{ from: 'ask', to: 'new' }],
    };
    expect(diffFlows(from, to)).toEqual({
      nodes: {
        added: [{ id: 'new', kind: 'notify' }],
        removed: [{ id: 'gone', kind: 'http' }],
        changed: [
          {
            id: 'ask',
            fields: [
              { path: ['config', 'prompt'], before: 'one', after: 'two' },
              { path: ['retry'], after: { maximumAttempts: 2 } },
              { path: ['timeout'], before: '5s' },
            ],
          },
        ],
      },
      edges: { added: [{ from: 'ask', to: 'new' }], removed: [{ from: 'ask', to: 'gone' }] },
      fields: [{ path: ['name', 'en'], before: 'Old', after: 'New' }],
    });
  });
});
