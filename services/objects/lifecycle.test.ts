import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lifecycleRules, sweep } from './lifecycle.ts';
import type { ObjectStore } from './object-store.ts';
import { openObjectStore } from './open.ts';

let directory: string;
let objects: ObjectStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lifecycle-'));
  objects = await openObjectStore({ url: pathToFileURL(directory).href });
});
afterAll(async () => {
  await objects.close();
  await rm(directory, { recursive: true });
});

it('removes by age below each prefix, and nothing that has no rule', async () => {
  const keys = [
    'attachments/hook/run/0',
    'dead-letters/1',
    'flows/a/draft.json',
    'kept-runs/k',
    'memory/hook/c/latest.json',
    'payloads/p',
    'runs/r',
    'settings/s',
    'threads/web/c1.json',
  ];
  for (const key of keys) await objects.put(key, Buffer.from('x'));
  const rules = lifecycleRules({ memoryKeepDays: 365, runRecordDays: 30, payloadDays: 7 });
  const keysAfter = async (days: number) => {
    await sweep(objects, rules, Date.now() + days * 86_400_000 + 60_000);
    const left: string[] = [];
    for await (const { key } of objects.list('')) left.push(key);
    return left;
  };
  expect(await keysAfter(6)).toEqual(keys);
  expect(await keysAfter(7)).toEqual(keys.filter((key) => key !== 'payloads/p'));
  expect(await keysAfter(29)).toContain('attachments/hook/run/0');
  expect(await keysAfter(30)).not.toContain('attachments/hook/run/0');
  expect(await keysAfter(30)).toContain('kept-runs/k');
  expect(await keysAfter(31)).not.toContain('kept-runs/k');
  expect(await keysAfter(365)).toContain('memory/hook/c/latest.json');
  expect(await keysAfter(366)).toEqual(['flows/a/draft.json', 'runs/r', 'settings/s']);
});
