import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Fields, type NodeKind, nodeKinds } from './index.ts';

type Schema = Record<string, unknown>;

/** The fields of a JSON Schema by path, those of objects in it and in its lists included. */
function pathsOf(schema: unknown, before = ''): string[] {
  if (!isSchema(schema)) return [];
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const own = Object.entries(properties).flatMap(([name, inner]) => [
    `${before}${name}`,
    ...pathsOf(inner, `${before}${name}.`),
  ]);
  const choices = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [...own, ...[schema.items, ...choices].flatMap((inner) => pathsOf(inner, before))];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describedPaths(fields: Fields, before = ''): string[] {
  return Object.entries(fields).flatMap(([name, inner]) => [
    `${before}${name}`,
    ...describedPaths(inner.fields ?? {}, `${before}${name}.`),
  ]);
}

function textsOf(fields: Fields): Record<string, string>[] {
  return Object.values(fields).flatMap(({ title, help, fields: inner = {} }) => [
    title,
    help,
    ...textsOf(inner),
  ]);
}

describe.each([...nodeKinds])('%s', (_, entry: NodeKind) => {
  it('says what each field of its config is, in English and in Chinese', () => {
    const schema = z.toJSONSchema(entry.config, { io: 'input', unrepresentable: 'any' });
    expect(describedPaths(entry.fields).sort()).toEqual([...new Set(pathsOf(schema))].sort());
    for (const { en = '', zh = '' } of [entry.title, entry.help, ...textsOf(entry.fields)]) {
      expect(en).toMatch(/^[\x20-\x7e]+$/);
      expect(zh).toMatch(/\p{Script=Han}|^Webhook/u);
    }
  });

  it('has an example that its schema takes', () => {
    expect(entry.config.safeParse(entry.example).error).toBeUndefined();
  });

  it('names only fields of its own in its traits', () => {
    const { raw = [], expressions = [], cases, fanOut, join, effect } = entry.traits;
    const named = [
      ...raw,
      ...expressions,
      ...(cases ? [cases] : []),
      ...Object.values(fanOut ?? {}),
      ...Object.values(join ?? {}),
      ...(typeof effect === 'object' ? [effect.field] : []),
    ];
    expect(Object.keys(entry.fields)).toEqual(expect.arrayContaining(named));
  });
});

describe('a config that is not accepted', () => {
  it.each<[string, string, unknown]>([
    ['quorum', 'join', { mode: 'quorum' }],
    ['quorum', 'join', { mode: 'any', quorum: 2 }],
    ['quorum', 'join', { mode: 'quorum', quorum: 0 }],
    ['', 'wait', {}],
    ['', 'wait', { for: '1m', event: 'paid' }],
    ['until', 'wait', { until: 'tomorrow' }],
    ['escalateTo', 'approval', { text: 'ok?', escalateAfter: '1h' }],
    ['escalateAfter', 'approval', { text: 'ok?', escalateTo: { account: 'hook', conversation: 'c' } }],
    ['default', 'approval', { text: 'ok?', default: 'maybe' }],
    ['text', 'memory', { action: 'remember' }],
    ['id', 'memory', { action: 'forget' }],
    ['text', 'memory', { action: 'read', text: 'x' }],
    ['cases.0.port', 'switch', { cases: [{ port: 'a b', when: 'true' }] }],
    ['cases', 'switch', { cases: [] }],
    ['flow', 'subflow', { flow: 'No Such' }],
    ['to', 'notify', { text: 'x', to: [] }],
    ['to', 'notify', { text: 'x', to: { account: 'Not An Account', conversation: 'c' } }],
    ['do.kind', 'loop', { items: [], do: { kind: 'loop', config: {} } }],
  ])('names its field: %s of %s', (field, kind, config) => {
    const { error } = nodeKinds.get(kind)?.config.safeParse(config) ?? {};
    expect(error?.issues.map(({ path }) => path.join('.'))).toContain(field);
  });
});
