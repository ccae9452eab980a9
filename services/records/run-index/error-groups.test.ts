import { expect, it } from 'vitest';
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

const failed = (name: string, at: number, type: string, node: string | null, flow = 'report') =>
  record(name, at, {
    status: 'failed',
    flow: { id: flow, version: 1 },
    error: { type, message: `${name} went wrong`, userMessage: 'sorry', node },
  });
const isoOf = (at: number) => new Date(at).toISOString();

const opened = async () => {
  const objects = await openStore();
  await writeSegment(objects, 'ended', now, [
    failed('a', now - 5 * minute, 'HttpStatus', 'fetch'),
    failed('b', now - 4 * minute, 'HttpStatus', 'fetch'),
    failed('c', now - 3 * minute, 'Timeout', 'fetch'),
    failed('d', now - 2 * minute, 'HttpStatus', 'fetch', 'digest'),
    failed('e', now - 1 * minute, 'RunLimit', null),
    record('good', now - 1 * minute),
    record('again', now, { ...withoutMessage, resumedFrom: runIdOf('a'), parent: runIdOf('p') }),
    { ...failed('vain', now, 'HttpStatus', 'fetch'), resumedFrom: runIdOf('c') },
  ]);
  const index = await openIndex(objects);
  await index.refresh();
  return index;
};

it('groups failed runs by flow, type of error and node, with what came of them', async () => {
  const groups = await (await opened()).errors({});
  expect(groups).toHaveLength(4);
  expect(groups[0]).toEqual({
    flow: 'report',
    errorType: 'HttpStatus',
    node: 'fetch',
    count: 3,
    resumed: 1,
    firstAt: isoOf(now - 5 * minute),
    lastAt: isoOf(now),
    sample: { runId: runIdOf('vain'), message: 'vain went wrong' },
  });
  expect(groups).toContainEqual(expect.objectContaining({ errorType: 'RunLimit', node: null }));
  // What was gone on from in vain has not been mended.
  expect(groups).toContainEqual(expect.objectContaining({ errorType: 'Timeout', resumed: 0 }));
});

it('groups those of a flow, or of a time, alone', async () => {
  const index = await opened();
  expect((await index.errors({ flow: 'digest' })).map(({ sample }) => sample.runId)).toEqual([runIdOf('d')]);
  const within = { from: isoOf(now - 3 * minute), to: isoOf(now - 3 * minute) };
  expect((await index.errors(within)).map(({ sample }) => sample.runId)).toEqual([runIdOf('c')]);
  expect(await index.errors({ flow: 'nothing' })).toEqual([]);
});

it('finds the runs of a group, those that go on from a run, and those that are part of one', async () => {
  const index = await opened();
  const ask = async (filters: Parameters<typeof query>[0]) =>
    (await index.query(query(filters))).runs.map(({ id }) => id);
  expect(await ask({ errorType: 'HttpStatus', node: 'fetch', flow: 'digest' })).toEqual([runIdOf('d')]);
  expect(await ask({ errorType: 'RunLimit' })).toEqual([runIdOf('e')]);
  expect(await ask({ resumedFrom: runIdOf('a') })).toEqual([runIdOf('again')]);
  expect(await ask({ parent: runIdOf('p') })).toEqual([runIdOf('again')]);
});

it('tells a run of a draft from one of a version', async () => {
  const objects = await openStore();
  await writeSegment(objects, 'ended', now, [
    record('tried', now, { ...withoutMessage, flow: { id: 'report', version: 0, draft: true } }),
  ]);
  const index = await openIndex(objects);
  await index.refresh();
  expect((await index.query(query())).runs[0]?.flow).toEqual({ id: 'report', version: 0, draft: true });
});
