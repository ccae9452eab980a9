import { describe, expect, it } from 'vitest';
import { runRecord } from '../../contracts/index.ts';
import { node, now, record } from './fixtures.suite.ts';
import { recordLimits, recordLine } from './record-line.ts';

const kept = (line: string) => runRecord.parse(JSON.parse(line));

describe('a record as a line', () => {
  it('keeps an ordinary record as it is', () => {
    const ordinary = record('a', now);
    expect(kept(recordLine(ordinary))).toEqual(ordinary);
  });

  it('cuts order and answer at 8,000 characters and splits none', () => {
    const { text, answer } = kept(
      recordLine(record('a', now, { text: '办'.repeat(9_000), answer: '😀'.repeat(9_000) })),
    );
    expect(text).toBe(`${'办'.repeat(7_999)}…`);
    expect(answer).toBe(`${'😀'.repeat(3_999)}…`);
  });

  it('replaces NUL and halves of surrogate pairs, which readers refuse, and nothing that looks like them', () => {
    const answer = 'a\u0000b\ud800c\udc00d 😀 \\u0000 \\\\ud800 \u001f\n';
    const line = recordLine(record('a', now, { answer, nodes: [node('n', { '\u0000': '\ud800' })] }));
    expect(kept(line)).toMatchObject({
      answer: 'a�b�c�d 😀 \\u0000 \\\\ud800 \u001f\n',
      nodes: [{ output: { '�': '�' } }],
    });
  });

  it('replaces the largest outputs by a marker until the record fits', () => {
    const large = { text: 'x'.repeat(50_000) };
    const nodes = [node('small', { n: 1 }), node('large', large), node('larger', [large, large])];
    const line = recordLine(record('a', now, { nodes }));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(recordLimits.bytes);
    expect(kept(line).nodes.map(({ output }) => output)).toEqual([
      { n: 1 },
      large,
      { truncated: true, bytes: Buffer.byteLength(JSON.stringify([large, large])) },
    ]);
  });

  it('counts bytes, not characters', () => {
    const line = recordLine(record('a', now, { nodes: [node('zh', '办'.repeat(30_000))] }));
    expect(kept(line).nodes[0]?.output).toEqual({ truncated: true, bytes: 90_002 });
  });

  it('fits whatever the flow: five hundred nodes that all failed at length', () => {
    const error = { type: 'Internal', message: 'm'.repeat(2_000), userMessage: '办'.repeat(1_000) };
    const failed = Array.from({ length: 499 }, (_, index) =>
      node(`n${index}`, { text: 'x'.repeat(300) }, { error }),
    );
    const skipped = node('never', null, {
      status: 'skipped',
      attempts: 0,
      startedAt: null,
      finishedAt: null,
    });
    const line = recordLine(record('a', now, { nodes: [failed[0] ?? skipped, skipped, ...failed.slice(1)] }));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(recordLimits.bytes);
    const { nodes } = kept(line);
    expect(nodes.length).toBeGreaterThan(50);
    expect(nodes.map(({ id }) => id)).not.toContain('never');
  });
});
