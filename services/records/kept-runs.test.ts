import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { KeptRun } from '../../contracts/index.ts';
import { KeptRunDamaged } from './errors.ts';
import { keysOf, openStore, runIdOf } from './fixtures.suite.ts';
import { createKeptRunStore } from './kept-runs.ts';

const kept = (name: string, output = 'done'): KeptRun => ({
  runId: runIdOf(name),
  origin: { type: 'api', input: { input: { n: 1 } }, user: 'admin', traceId: '0'.repeat(32), language: 'en' },
  plan: { engineVersion: 1, flow: { id: 'report', version: 2 }, nodes: [], edges: [] },
  state: {
    engineVersion: 1,
    status: 'failed',
    trigger: 'call',
    input: { input: { n: 1 } },
    startedAt: 1,
    nodes: { call: { status: 'succeeded', attempts: 1, output } },
    edges: { 0: 'fired' },
  },
});

it('keeps a run as it was, once, however often it is saved', async () => {
  const objects = await openStore();
  const store = createKeptRunStore(objects);
  expect(await store.save(kept('one'))).toBe(true);
  expect(await store.save(kept('one'))).toBe(true);
  expect(await store.load(runIdOf('one'))).toEqual(kept('one'));
  expect(await keysOf(objects, '')).toEqual([`kept-runs/${runIdOf('one')}`]);
});

it('has nothing of a run that was never kept, nor of what is no run id', async () => {
  const store = createKeptRunStore(await openStore());
  expect(await store.load(runIdOf('unknown'))).toBeNull();
  expect(await store.load('../flows/assistant/draft.json')).toBeNull();
});

it('says of what cannot be read that it is damaged', async () => {
  const objects = await openStore();
  const store = createKeptRunStore(objects);
  const whole = kept('whole');
  const damages: Record<string, Uint8Array> = {
    nogzip: Buffer.from('{}'),
    nojson: gzipSync('{'),
    norun: gzipSync('{"runId":1}'),
    other: gzipSync(JSON.stringify(whole)),
    bomb: gzipSync(Buffer.alloc(70_000_000, ' ')),
    newer: gzipSync(JSON.stringify({ ...kept('newer'), plan: { ...whole.plan, engineVersion: 2 } })),
  };
  for (const [name, body] of Object.entries(damages)) {
    await objects.put(`kept-runs/${runIdOf(name)}`, body);
    await expect(store.load(runIdOf(name)), name).rejects.toThrow(KeptRunDamaged);
  }
});

it('keeps nothing of a run above 60 MB', async () => {
  const objects = await openStore();
  const store = createKeptRunStore(objects);
  expect(await store.save(kept('huge', 'x'.repeat(60_000_000)))).toBe(false);
  expect(await keysOf(objects, '')).toEqual([]);
});
