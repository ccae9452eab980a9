import { describe, expect, it } from 'vitest';
import type { Json } from '../../contracts/json.ts';
import { JsonSchema, JsonSchemaInvalid } from './index.ts';

const fits = (schema: Json, value: Json) => new JsonSchema(schema).flawsOf(value).length === 0;
const reasonsOf = (schema: Json): readonly string[] => {
  try {
    new JsonSchema(schema);
    return [];
  } catch (error) {
    if (error instanceof JsonSchemaInvalid) return error.reasons;
    throw error;
  }
};

/** A schema, values that fit it, and values that do not. */
const cases: [string, Json, Json[], Json[]][] = [
  ['true and false', true, [1, null], []],
  ['false', false, [], [1, null]],
  ['type', { type: ['string', 'null'] }, ['', null], [1, [], {}]],
  ['integer', { type: 'integer' }, [1, 1.0, -3], [1.5, '1']],
  ['enum', { enum: [1, { a: [1] }] }, [1, { a: [1] }], [2, { a: [2] }, '1']],
  ['const', { const: null }, [null], [0, '']],
  ['bounds', { minimum: 1, exclusiveMaximum: 3 }, [1, 2.9, 'text'], [0.9, 3]],
  ['multipleOf', { multipleOf: 0.1 }, [0.3, 0, 12.4], [0.25]],
  ['lengths in characters', { minLength: 1, maxLength: 2 }, ['a', '😀😀'], ['', '😀😀😀']],
  ['pattern anywhere', { pattern: 'b+' }, ['abc', 1], ['ac']],
  ['date-time', { format: 'date-time' }, ['2026-02-28T10:00:00Z'], ['2026-02-30T10:00:00Z', 'soon']],
  ['ipv4', { format: 'ipv4' }, ['10.0.0.255'], ['10.0.0.256', '10.0.0', '1.1.1.1.']],
  ['email', { format: 'email' }, ['a@b.c'], ['a b@c', '@', 'a@']],
  ['uri', { format: 'uri' }, ['https://a/b'], ['a/b', 'https:// a']],
  ['an unknown format', { format: 'colour' }, ['red'], []],
  ['items', { items: { type: 'number' } }, [[], [1, 2], 'text'], [[1, '2']]],
  ['prefixItems', { prefixItems: [{ type: 'string' }], items: false }, [['a'], []], [['a', 1], [1]]],
  ['counts of items', { minItems: 1, maxItems: 2 }, [[1], [1, 2]], [[], [1, 2, 3]]],
  [
    'uniqueItems',
    { uniqueItems: true },
    [[1, '1', [1]]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  ['contains', { contains: { const: 1 }, maxContains: 1 }, [[2, 1]], [[2], [1, 1]]],
  ['properties', { properties: { a: { type: 'string' } } }, [{ a: 'x', b: 1 }, {}, []], [{ a: 1 }]],
  ['required without a type', { required: ['a'] }, [{ a: null }, 'text'], [{}, { b: 1 }]],
  ['additionalProperties', { properties: { a: {} }, additionalProperties: false }, [{ a: 1 }], [{ b: 1 }]],
  [
    'patternProperties',
    { patternProperties: { '^n': { type: 'number' } }, additionalProperties: { type: 'string' } },
    [{ n1: 1, other: 'x' }],
    [{ n1: 'x' }, { other: 1 }],
  ],
  ['propertyNames', { propertyNames: { maxLength: 2 } }, [{ ab: 1 }], [{ abc: 1 }]],
  ['dependentRequired', { dependentRequired: { a: ['b'] } }, [{ a: 1, b: 1 }, {}], [{ a: 1 }]],
  ['allOf', { allOf: [{ type: 'number' }, { minimum: 2 }] }, [2], [1, 'x']],
  ['anyOf', { anyOf: [{ type: 'string' }, { minimum: 2 }] }, ['x', 2], [1]],
  ['oneOf', { oneOf: [{ minimum: 1 }, { maximum: 2 }] }, [0, 3], [1.5]],
  ['not', { not: { type: 'string' } }, [1], ['x']],
  [
    'if, then, else',
    JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}'),
    [{ a: 1, b: 1 }, { c: 1 }],
    [{ a: 1 }, {}],
  ],
  [
    'a schema that holds itself',
    {
      type: 'object',
      properties: { next: { $ref: '#' }, kind: { $ref: '#/$defs/kind' } },
      $defs: { kind: { const: 1 } },
    },
    [{ next: { next: {} } }, { next: { kind: 1 } }],
    [{ next: { next: 1 } }, { next: { kind: 2 } }],
  ],
  ['names of prototypes', { required: ['constructor'] }, [JSON.parse('{"constructor":1}')], [{}]],
];

describe('JsonSchema', () => {
  it.each(cases)('knows %s', (_, schema, good, bad) => {
    for (const value of good) expect(fits(schema, value), `fits ${JSON.stringify(value)}`).toBe(true);
    for (const value of bad) expect(fits(schema, value), `refused ${JSON.stringify(value)}`).toBe(false);
  });

  it('tells all that is wrong, and where', () => {
    const schema = new JsonSchema({
      type: 'object',
      required: ['id'],
      properties: { orders: { items: { properties: { price: { type: 'number' } } } } },
    });
    expect(schema.flawsOf({ orders: [{ price: 1 }, { price: 'x' }] })).toEqual([
      { path: 'id', message: 'is missing' },
      { path: 'orders[1].price', message: 'has to be number' },
    ]);
  });

  it('refuses what it could not keep to, with all the reasons', () => {
    expect(
      reasonsOf({ type: 'text', items: 3, required: 'a', properties: { a: { minLength: 'x' } } }),
    ).toHaveLength(4);
    expect(reasonsOf({ unevaluatedProperties: false })).toEqual(['unevaluatedProperties is not supported']);
    expect(reasonsOf({ $ref: 'https://example.org/schema' })).toHaveLength(1);
    expect(reasonsOf({ $ref: '#/$defs/none' })).toHaveLength(1);
    expect(reasonsOf({ pattern: '(' })).toHaveLength(1);
    expect(reasonsOf({ pattern: '(?=a)' })).toHaveLength(1);
    expect(reasonsOf({ pattern: '((a{1000}){1000}){1000}' })).toHaveLength(1);
    expect(reasonsOf('text')).toHaveLength(1);
    expect(reasonsOf({ allOf: Array(2_000).fill({}) })).toHaveLength(1);
  });

  it('ends soon, whatever the schema and the value', () => {
    const started = performance.now();
    expect(fits({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`)).toBe(false);
    expect(fits({ $ref: '#' }, 1)).toBe(false);
    expect(fits({ anyOf: [{ $ref: '#' }, { $ref: '#' }] }, 1)).toBe(false);
    const tree = { anyOf: [{ items: { $ref: '#' } }, { items: { $ref: '#' } }], not: true };
    let deep: Json = 1;
    for (let level = 0; level < 60; level += 1) deep = [deep];
    expect(fits(tree, deep)).toBe(false);
    expect(
      fits(
        { uniqueItems: true },
        Array.from({ length: 20_000 }, (_, index) => index),
      ),
    ).toBe(false);
    expect(new JsonSchema({ items: { type: 'string' } }).flawsOf(Array(50_000).fill(1))).toHaveLength(20);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
