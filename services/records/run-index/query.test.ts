import { describe, expect, it } from 'vitest';
import { runSummary } from '../../../contracts/index.ts';
import { InvalidCursor } from '../errors.ts';
import {
  minute,
  now,
  openIndex,
  openStore,
  query,
  record,
  runIdOf,
  withoutMessage,
  writeSegment,
} from '../fixtures.suite.ts';

const namesOf = ({ runs }: { runs: { id: string }[] }) => runs.map(({ id }) => id.replace(/q+$/, ''));

describe('queries of ended runs', () => {
  const runs = [
    record('a', now - 5 * minute, { text: 'Book a FLIGHT to Wuhan', user: 'u2', intent: 'task' }),
    record('b', now - 4 * minute, { conversation: 'c2', answer: '已经订好了 100% 的_票' }),
    record('c', now - 3 * minute, { status: 'failed', account: 'other', channel: 'slack', answer: null }),
    record('d', now - 2 * minute, {
      ...withoutMessage,
      flow: { id: 'report', version: 1 },
      status: 'cancelled',
    }),
    record('e', now - 1 * minute, {
      error: { type: 'Internal', message: 'm', userMessage: 'u', node: null },
    }),
  ];
  const opened = async () => {
    const objects = await openStore();
    await writeSegment(objects, 'ended', now, runs);
    const index = await openIndex(objects);
    await index.refresh();
    return index;
  };

  it('list the newest first, as they were recorded but for the nodes', async () => {
    const index = await opened();
    expect(await index.query(query())).toEqual({
      runs: [...runs].reverse().map((run) => runSummary.parse(run)),
      next: null,
    });
  });

  it('filter by each field, and by several', async () => {
    const index = await opened();
    const ask = async (filters: Parameters<typeof query>[0]) => namesOf(await index.query(query(filters)));
    expect(await ask({ status: 'failed' })).toEqual(['c']);
    expect(await ask({ status: 'running' })).toEqual([]);
    expect(await ask({ channel: 'slack' })).toEqual(['c']);
    expect(await ask({ account: 'hook' })).toEqual(['e', 'b', 'a']);
    expect(await ask({ conversation: 'c2' })).toEqual(['b']);
    expect(await ask({ user: 'u2' })).toEqual(['a']);
    expect(await ask({ flow: 'report' })).toEqual(['d']);
    expect(await ask({ intent: 'task' })).toEqual(['a']);
    expect(await ask({ messageId: 'message e' })).toEqual(['e']);
    expect(await ask({ account: 'hook', conversation: 'c1' })).toEqual(['e', 'a']);
    const [from, to] = [now - 4 * minute, now - 2 * minute].map((at) => new Date(at).toISOString());
    expect(await ask({ from, to })).toEqual(['d', 'c', 'b']);
  });

  it('find text anywhere in order or answer, in any case and script, with no special characters', async () => {
    const index = await opened();
    const find = async (text: string) => namesOf(await index.query(query({ text })));
    expect(await find('flight TO')).toEqual(['a']);
    expect(await find('订好')).toEqual(['b']);
    expect(await find('100%')).toEqual(['b']);
    expect(await find('的_票')).toEqual(['b']);
    expect(await find('%')).toEqual(['b']);
    expect(await find('_')).toEqual(['b']);
    expect(await find("' OR 1=1 --")).toEqual([]);
    expect(await find('the answer to')).toEqual(['e', 'd', 'a']);
  });

  it('go on from page to page, runs of the same moment included', async () => {
    const objects = await openStore();
    const many = Array.from({ length: 25 }, (_, index) => record(`r${index}`, now - Math.floor(index / 10)));
    await writeSegment(objects, 'ended', now, many);
    const index = await openIndex(objects);
    await index.refresh();
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await index.query(query({ limit: 7, ...(cursor ? { cursor } : {}) }));
      seen.push(...page.runs.map(({ id }) => id));
      if (!page.next) break;
      cursor = page.next;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    await expect(index.query(query({ cursor: "1' OR 1=1" }))).rejects.toThrow(InvalidCursor);
  });

  it('give one run with its nodes, and none for an id that is not known', async () => {
    const index = await opened();
    expect(await index.get(runIdOf('b'))).toEqual(runs[1]);
    expect(await index.get(runIdOf('z'))).toBeNull();
  });
});
