import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ObjectStore, openObjectStore } from '../../services/objects/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import { createLastEvents } from './last-events.ts';

const logger = createLogger({ level: 'silent', secrets: [] });
let directory: string;
let objects: ObjectStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-events-'));
  objects = await openObjectStore({ url: `file://${directory}`, env: {} });
});
afterEach(async () => {
  await objects.close();
  await rm(directory, { recursive: true, force: true });
});

it('shows the newest event of an account in every process', async () => {
  const [one, other] = [createLastEvents(objects, { logger }), createLastEvents(objects, { logger })];
  expect(await other.get('ding')).toBeNull();
  one.note('ding', { at: 1, verdict: 'refused', reason: 'wrong signature' });
  await vi.waitFor(async () => expect(await other.get('ding')).not.toBeNull());
  expect(await other.get('ding')).toEqual({ at: 1, verdict: 'refused', reason: 'wrong signature' });
  other.note('ding', { at: 2, verdict: 'taken' });
  expect(await other.get('ding')).toEqual({ at: 2, verdict: 'taken' });
  expect(await other.get('feishu')).toBeNull();
  await Promise.all([one.close(), other.close()]);
});

it('writes at most once in its interval, and what is left when it closes', async () => {
  const put = vi.spyOn(objects, 'put');
  const events = createLastEvents(objects, { logger, everyMs: 60_000 });
  events.note('ding', { at: 1, verdict: 'taken' });
  await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(1));
  for (let at = 2; at < 100; at++) events.note('ding', { at, verdict: 'taken' });
  expect(put).toHaveBeenCalledTimes(1);
  await events.close();
  expect(put).toHaveBeenCalledTimes(2);
  expect(await createLastEvents(objects, { logger }).get('ding')).toEqual({ at: 99, verdict: 'taken' });
});

it('never puts an older event in the place of a newer one, and takes a damaged one for none', async () => {
  const [fast, slow] = [createLastEvents(objects, { logger }), createLastEvents(objects, { logger })];
  fast.note('ding', { at: 20, verdict: 'taken' });
  await fast.close();
  slow.note('ding', { at: 10, verdict: 'ignored', reason: 'a bot wrote it' });
  await slow.close();
  expect(await fast.get('ding')).toMatchObject({ at: 20 });
  await objects.put('settings/last-events/ding.json', Buffer.from('{'));
  expect(await createLastEvents(objects, { logger }).get('ding')).toBeNull();
});
