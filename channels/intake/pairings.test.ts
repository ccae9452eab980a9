import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { accountConfig } from '../../contracts/index.ts';
import { type ObjectStore, openObjectStore } from '../../services/objects/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import type { UnaddressedDelivery } from '../send.ts';
import { createPairings, type Pairings } from './pairings.ts';

const hook = accountConfig.parse({ id: 'hook', kind: 'webhook', secret: 's', pairing: true });
const other = accountConfig.parse({ id: 'other', kind: 'webhook', secret: 's', pairing: true });
const accounts = new Map([hook, other].map((account) => [account.id, account]));
const stranger = (id: string, account = 'hook') =>
  ({
    account,
    sender: { id, name: id.toUpperCase() },
    conversation: `chat of ${id}`,
    language: 'en',
  }) as const;

let directory: string;
let objects: ObjectStore;
let now: number;
let said: UnaddressedDelivery[];
let pairings: Pairings;

/** Another process on the same store. */
function open(): Pairings {
  return createPairings({
    objects,
    accounts,
    send: async (delivery) => {
      said.push(delivery);
      return {};
    },
    logger: createLogger({ level: 'silent', secrets: [] }),
    clock: () => now,
  });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-pairing-'));
  objects = await openObjectStore({ url: `file://${directory}`, env: {} });
  now = Date.parse('2026-11-23T10:00:00Z');
  said = [];
  pairings = open();
});
afterEach(async () => {
  await objects.close();
  await rm(directory, { recursive: true, force: true });
});

it('gives a stranger one code for an hour, whichever process is asked, then another', async () => {
  const code = await pairings.ask(stranger('ann'));
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
  expect(await open().ask(stranger('ann'))).toBe(code);
  now += 3_599_999;
  expect(await pairings.ask(stranger('ann'))).toBe(code);
  now += 1;
  expect(await pairings.pending()).toEqual([]);
  expect(await pairings.ask(stranger('ann'))).not.toBe(code);
});

it('has three strangers wait in an account and no more, however many come at once', async () => {
  const processes = [open(), open(), open()];
  const codes = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) => processes[index % 3]?.ask(stranger(id))),
  );
  expect(codes.filter((code) => code !== undefined)).toHaveLength(3);
  expect(await open().pending()).toHaveLength(3);
  expect(await pairings.ask(stranger('late'))).toBeUndefined();
  expect(await pairings.ask(stranger('late', 'other'))).toBeDefined();
  now += 3_600_000;
  expect(await pairings.ask(stranger('late'))).toBeDefined();
});

it('lets in who has the code, tells them in their language, and knows it everywhere two seconds later', async () => {
  const elsewhere = open();
  const code = (await pairings.ask({ ...stranger('ann'), language: 'zh' })) ?? '';
  expect(await elsewhere.isPaired('hook', 'ann')).toBe(false);
  expect(await pairings.approve(code, 'boss', 'other')).toBeUndefined();
  expect(await pairings.approve(code, 'boss')).toMatchObject({ sender: { id: 'ann' }, account: 'hook' });
  await vi.waitFor(() => expect(said).toHaveLength(1));
  expect(said[0]).toMatchObject({ conversation: 'chat of ann', text: expect.stringContaining('已批准') });
  expect(await pairings.isPaired('hook', 'ann')).toBe(true);
  expect(await pairings.isPaired('other', 'ann')).toBe(false);
  now += 2_000;
  expect(await elsewhere.isPaired('hook', 'ann')).toBe(true);
  expect(await pairings.people('hook')).toEqual([
    { id: 'ann', name: 'ANN', since: '2026-11-23T10:00:00.000Z', by: 'boss' },
  ]);
  expect(await pairings.approve(code, 'boss')).toBeUndefined();
});

it('knows neither a code that is over nor one that was refused, and a person who was removed no more', async () => {
  const code = (await pairings.ask(stranger('ann'))) ?? '';
  now += 3_600_000;
  expect(await pairings.approve(code, 'boss')).toBeUndefined();
  const again = (await pairings.ask(stranger('ann'))) ?? '';
  expect(await pairings.refuse(again)).toBe(true);
  expect(await pairings.refuse(again)).toBe(false);
  expect(await pairings.approve(again, 'boss')).toBeUndefined();
  const third = (await pairings.ask(stranger('ann'))) ?? '';
  await pairings.approve(third, 'boss');
  expect(await pairings.remove('hook', 'ann')).toBe(true);
  expect(await pairings.remove('hook', 'ann')).toBe(false);
  expect(await pairings.isPaired('hook', 'ann')).toBe(false);
});
