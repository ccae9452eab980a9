import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../contracts/index.ts';
import { validate } from '../../engine/document.ts';
import { assistant } from './assistant.ts';
import { FlowInvalid } from './errors.ts';
import { readFlowText, writeFlowText } from './flow-text.ts';

const problemsOf = (text: string): string[] => {
  try {
    readFlowText(text);
    return [];
  } catch (error) {
    if (error instanceof FlowInvalid) return error.problems.map(({ message }) => message);
    throw error;
  }
};

describe('writeFlowText', () => {
  it('is read back as the same flow', () => {
    expect(readFlowText(writeFlowText(assistant, { version: 3 }))).toEqual(assistant);
  });

  it('is read back as the same flow, whatever texts and values it holds', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(name, name, fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })), (en, note, config) => {
        const json = JSON.parse(JSON.stringify(config));
        const flow = {
          ...assistant,
          name: { en, zh: en },
          nodes: [{ id: 'a', kind: 'model', config: json }],
        };
        expect(readFlowText(writeFlowText(flow, { version: 1, note, hash: 'ab' }))).toEqual(flow);
      }),
    );
  });

  it('opens with what it is of, and has its fields in one order', () => {
    const shuffled: FlowDocument = {
      edges: [{ to: 'b', from: 'a' }],
      nodes: [
        { kind: 'model', config: { system: 's', prompt: 'one\ntwo\n' }, id: 'a' },
        { id: 'b', kind: 'notify', config: { text: 't' } },
      ],
      name: { zh: '报告', en: 'Report' },
      id: 'report',
      schemaVersion: 1,
    };
    expect(writeFlowText(shuffled, { version: 2, note: 'first\n# id: other', hash: 'abc' })).toBe(
      `# Flow report: Report / 报告
# version 2: first # id: other
# SHA-256 abc

schemaVersion: 1
id: report
name:
  en: Report
  zh: 报告
nodes:
  - id: a
    kind: model
    config:
      prompt: |
        one
        two
      system: s
  - id: b
    kind: notify
    config:
      text: t
edges:
  - from: a
    to: b
`,
    );
  });
});

describe('readFlowText', () => {
  it('reads JSON as well', () => {
    expect(readFlowText(JSON.stringify(assistant, null, '\t'))).toEqual(assistant);
  });

  it('says where a text is wrong, all of it at once', () => {
    expect(problemsOf('id: a\nid: b\nname: {en: [}\n')).toEqual([
      expect.stringMatching(/^line 2, column 1: /),
      expect.stringMatching(/^line 3, column 13: /),
      expect.stringMatching(/^line 3, column 14: /),
    ]);
  });

  it('refuses bombs of aliases, cycles, bottomless nesting, tags and several documents', () => {
    const bomb = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? 'l0: &l0 [x, x]' : `l${at}: &l${at} [*l${at - 1}, *l${at - 1}]`,
    ).join('\n');
    expect(problemsOf(bomb)).toHaveLength(1);
    expect(problemsOf('['.repeat(100_000))).not.toEqual([]);
    expect(problemsOf('- '.repeat(100_000))).not.toEqual([]);
    expect(problemsOf('a: 1\n---\nb: 2\n')).toHaveLength(1);
    const cycle = (() => {
      try {
        return validate(readFlowText('nodes: &a [*a]')).valid;
      } catch (error) {
        return error instanceof FlowInvalid ? false : error;
      }
    })();
    expect(cycle).toBe(false);
  });

  it('makes nothing but data: no prototypes, no dates, no code', () => {
    const value = readFlowText('__proto__: { polluted: 1 }\nat: 2026-11-23\nf: !!js/function "x"\n');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'at', 'f']);
    expect(value).toMatchObject({ at: '2026-11-23', f: 'x' });
  });
});
