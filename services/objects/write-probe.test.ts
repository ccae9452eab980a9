import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openObjectStore } from './open.ts';
import { WriteProbe } from './write-probe.ts';

it('notices that a store cannot be written, and that it can again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'write-probe-'));
  // A probe's write may still be under way.
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const stored = join(directory, 'objects');
  const objects = await openObjectStore({ url: pathToFileURL(stored).href });
  const probe = new WriteProbe(objects, { everyMs: 0 });
  expect(probe.isWritable()).toBe(true);
  await expect.poll(() => objects.get('health/probe')).not.toBeNull();
  // A probe's write may be under way, and bring the folder back.
  const block = async (): Promise<boolean> => {
    await rm(stored, { recursive: true, force: true });
    await writeFile(stored, '');
    return true;
  };
  await expect.poll(() => block().catch(() => false)).toBe(true);
  await expect.poll(() => probe.isWritable()).toBe(false);
  await rm(stored);
  const again = new WriteProbe(await openObjectStore({ url: pathToFileURL(stored).href }), { everyMs: 0 });
  again.isWritable();
  await expect.poll(() => again.isWritable()).toBe(true);
});

it('takes a write that does not end for a failed one, and asks no more often than it is told', async () => {
  let writes = 0;
  const stuck = {
    put: () => {
      writes += 1;
      return new Promise<never>(() => undefined);
    },
  };
  const probe = new WriteProbe(stuck, { everyMs: 60_000, limitMs: 10 });
  expect(probe.isWritable()).toBe(true);
  await expect.poll(() => probe.isWritable()).toBe(false);
  for (let asked = 0; asked < 100; asked += 1) probe.isWritable();
  expect(writes).toBe(1);
});
