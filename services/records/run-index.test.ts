import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSummary } from '../../contracts/index.ts';
import { createAcceptedLog } from './accepted-log.ts';
import { InvalidCursor } from './errors.ts';
import {
  entry,
  everything,
  hour,
  minute,
  now,
  openIndex,
  openStore,
  query,
  record,
  runIdOf,
  temporaryDirectory,
  withoutMessage,
  writeSegment,
} from './fixtures.suite.ts';
import { createRunLog } from './run-log.ts';

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

describe('the ledger', () => {
  it('counts messages once per run id, whatever is repeated, and no runs without a message', async () => {
    const objects = await openStore();
    const accepted = createAcceptedLog(objects);
    const ended = createRunLog(objects);
    for (const name of ['a', 'b', 'c', 'd', 'a']) await accepted.append(entry(name, now));
    await ended.append(record('a', now));
    await ended.append(record('b', now, { status: 'failed' }));
    await ended.append(record('c', now, { status: 'cancelled' }));
    await ended.append(record('a', now, { status: 'failed' }));
    await ended.append(record('api', now, withoutMessage));
    const index = await openIndex(objects);
    await index.refresh();
    expect(await index.ledgerCounts()).toEqual({ accepted: 4, answered: 1, failed: 1, cancelled: 1 });
    expect(await index.get(runIdOf('a'))).toMatchObject({ status: 'answered' });
    expect(await index.open({ olderThanMs: 0 })).toEqual([entry('d', now)]);
    await Promise.all([accepted.close(), ended.close()]);
  });

  it('lists what is open by age and by run id, and what ended without being accepted', async () => {
    const objects = await openStore();
    const at = Date.now();
    await writeSegment(objects, 'accepted', at, [entry('old', at - hour), entry('new', at), entry('x', at)]);
    await writeSegment(objects, 'ended', at, [
      record('x', at),
      record('stray', at - hour),
      record('young', at),
    ]);
    const index = await openIndex(objects);
    await index.refresh();
    expect((await index.open({ olderThanMs: minute })).map(({ id }) => id)).toEqual(['message old']);
    expect((await index.open({ olderThanMs: 0, limit: 1 })).map(({ id }) => id)).toEqual(['message old']);
    expect(await index.openByRunId(runIdOf('new'))).toEqual(entry('new', at));
    expect(await index.openByRunId(runIdOf('x'))).toBeNull();
    const stray = {
      runId: runIdOf('stray'),
      account: 'hook',
      messageId: 'message stray',
      outcome: 'answered',
    };
    expect(await index.unaccepted({ olderThanMs: minute })).toEqual([stray]);
    await writeSegment(objects, 'accepted', at, [entry('stray', at)]);
    await index.refresh();
    expect(await index.unaccepted({ olderThanMs: minute })).toEqual([]);
    expect(await index.openByRunId(runIdOf('stray'))).toBeNull();
  });
});

describe('the index', () => {
  it('sees what two writers wrote, one of them with a clock that is behind', async () => {
    const objects = await openStore();
    const index = await openIndex(objects);
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    await index.refresh();
    await writeSegment(objects, 'ended', now - 5 * minute, [record('b', now)]);
    await writeSegment(objects, 'ended', now + 1, [record('c', now)]);
    await index.refresh();
    expect(namesOf(await index.query(query())).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('answers the same after its directory was deleted, open or closed', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeSegment(objects, 'accepted', now, [entry('a', now), entry('b', now)]);
    await writeSegment(objects, 'ended', now, [record('b', now), record('stray', now)]);
    const index = await openIndex(objects, { directory });
    const before = await everything(index);
    expect(before).toMatchObject({ counts: { accepted: 2, answered: 2 } });
    await rm(directory, { recursive: true });
    expect(await everything(index)).toEqual(before);
    await index.close();
    await rm(directory, { recursive: true });
    expect(await everything(await openIndex(objects, { directory }))).toEqual(before);
  });

  it('is kept from one process to the next, and made anew when its file is damaged', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    const first = await openIndex(objects, { directory });
    const before = await everything(first);
    await first.close();
    const [file = ''] = (await readdir(directory)).filter((name) => name.endsWith('.duckdb'));
    const second = await openIndex(objects, { directory });
    expect(namesOf(await second.query(query()))).toEqual(['a']);
    await second.close();
    await writeFile(join(directory, file), 'not a database');
    expect(await everything(await openIndex(objects, { directory }))).toEqual(before);
  });

  it('has a file for each user of a directory', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    await writeSegment(objects, 'ended', now, [record('a', now)]);
    const [first, second] = [
      await openIndex(objects, { directory }),
      await openIndex(objects, { directory }),
    ];
    expect(await everything(first)).toEqual(await everything(second));
  });

  it('goes on after it was closed for being idle', async () => {
    const objects = await openStore();
    const directory = await temporaryDirectory();
    const index = await openIndex(objects, { directory, idleMs: 1 });
    for (const name of ['a', 'b', 'c']) {
      await writeSegment(objects, 'ended', now, [record(name, now)]);
      await index.refresh();
      expect(namesOf(await index.query(query()))).toContain(name);
    }
    expect((await readdir(directory)).filter((name) => name.endsWith('.duckdb'))).toHaveLength(1);
  });

  it('skips a damaged segment or line, says so once, and answers with the rest', async () => {
    const objects = await openStore();
    const torn = await writeSegment(objects, 'ended', now + 1, [record('torn', now)]);
    const whole = (await objects.get(torn))?.body ?? new Uint8Array();
    await objects.put(torn, whole.slice(0, whole.length - 20));
    const foreign = await writeSegment(objects, 'ended', now + 2, [{ some: 'thing' }, record('b', now)]);
    const broken = await writeSegment(objects, 'accepted', now + 3, []);
    await objects.put(broken, Buffer.from('not gzip'));
    const wrong = await writeSegment(objects, 'ended', now + 4, [[1], 'text']);
    await writeSegment(objects, 'ended', now + 5, [record('a', now)]);
    const damaged: string[] = [];
    const index = await openIndex(objects, { onDamage: (key) => damaged.push(key) });
    await index.refresh();
    await index.refresh();
    expect(namesOf(await index.query(query())).toSorted()).toEqual(['a', 'b']);
    expect(damaged.toSorted()).toEqual([broken, foreign, torn, wrong].toSorted());
  });

  it('still gives what it knows of a run whose segment is lost', async () => {
    const objects = await openStore();
    const key = await writeSegment(objects, 'ended', now, [record('a', now)]);
    const index = await openIndex(objects);
    await index.refresh();
    await objects.delete(key);
    expect(await index.get(runIdOf('a'))).toEqual({ ...record('a', now), nodes: [] });
  });

  it('holds, after a refresh, what was durable before it was asked for, however many ask', async () => {
    const objects = await openStore();
    const log = createRunLog(objects, { minimumIntervalMs: 0 });
    const index = await openIndex(objects);
    await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        await log.append(record(`r${number}`, now));
        await index.refresh();
        expect(await index.get(runIdOf(`r${number}`))).not.toBeNull();
      }),
    );
    await log.close();
  });

  it('answers with what is there when patience ends before a refresh does', async () => {
    const index = await openIndex(await openStore());
    expect(await index.refresh({ patienceMs: 0 })).toBe(false);
    expect(await index.refresh({ patienceMs: 10_000 })).toBe(true);
  });
});
