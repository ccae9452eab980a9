/** Shared by the tests of this room: a store on files, entries and records, and a store that fails on command. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { AcceptedEntry, RunNode, RunQuery, RunRecord } from '../../contracts/index.ts';
import { type ObjectStore, openObjectStore } from '../objects/index.ts';
import { createRunIndex, type RunIndex, type RunIndexOptions } from './run-index/run-index.ts';
import { encodeSegment } from './segment.ts';
import { type LogName, segmentKey } from './segment-key.ts';

export const now = Date.parse('2026-11-23T15:00:00Z');
export const minute = 60_000;
export const hour = 60 * minute;

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'records-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function openStore(): Promise<ObjectStore> {
  const objects = await openObjectStore({ url: pathToFileURL(await temporaryDirectory()).href });
  onTestFinished(() => objects.close());
  return objects;
}

/** An index in a directory of its own, unless another is named. */
export async function openIndex(
  objects: ObjectStore,
  options: Partial<RunIndexOptions> = {},
): Promise<RunIndex> {
  const index = createRunIndex(objects, { directory: await temporaryDirectory(), ...options });
  onTestFinished(() => index.close());
  return index;
}

/** 26 lower-case letters and digits that say `name`. */
export function runIdOf(name: string): string {
  return name.toLowerCase().padEnd(26, 'q');
}

export function entry(name: string, at: number, changes: Partial<AcceptedEntry> = {}): AcceptedEntry {
  return {
    id: `message ${name}`,
    runId: runIdOf(name),
    channel: 'webhook',
    account: 'hook',
    conversation: 'c1',
    sender: { id: 'u1' },
    language: 'en',
    replyTo: { url: 'http://127.0.0.1/reply' },
    acceptedAt: new Date(at).toISOString(),
    traceId: '0'.repeat(32),
    ...changes,
  };
}

export function record(name: string, at: number, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    id: runIdOf(name),
    status: 'answered',
    flow: { id: 'assistant', version: 3 },
    intent: 'chat',
    channel: 'webhook',
    account: 'hook',
    conversation: 'c1',
    messageId: `message ${name}`,
    user: 'u1',
    text: `the order of ${name}`,
    answer: `the answer to ${name}`,
    error: null,
    acceptedAt: new Date(at - 50).toISOString(),
    startedAt: new Date(at).toISOString(),
    finishedAt: new Date(at + 2_000).toISOString(),
    nodes: [node('intent', { intent: 'chat', text: 'hello' }), node('notify', { text: 'hello' })],
    usage: { calls: 1, promptTokens: 300, completionTokens: 40 },
    traceId: '0'.repeat(32),
    workflow: { workflowId: 'conversation:hook:c1', runId: 'f1' },
    resumedFrom: null,
    parent: null,
    ...changes,
  };
}

/** A run that no message asked for. */
export const withoutMessage = {
  channel: null,
  account: null,
  conversation: null,
  messageId: null,
  acceptedAt: null,
} as const;

export function node(id: string, output: RunNode['output'], changes: Partial<RunNode> = {}): RunNode {
  const at = new Date(now).toISOString();
  return {
    ...{ id, kind: id, status: 'succeeded', attempts: 1, startedAt: at, finishedAt: at, output, error: null },
    ...changes,
  };
}

/** A group as a writer whose clock says `at` would have written it. */
export async function writeSegment(
  objects: ObjectStore,
  log: LogName,
  at: number,
  values: readonly unknown[],
): Promise<string> {
  const key = segmentKey(log, at, randomBytes(6).toString('hex'));
  const lines = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  await objects.put(key, await encodeSegment(lines, 1));
  return key;
}

export async function keysOf(objects: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(prefix)) keys.push(key);
  return keys;
}

/** A query with its defaults. */
export function query(changes: Partial<RunQuery> = {}): RunQuery {
  return { limit: 50, ...changes };
}

/** All that an index can be asked, as one value to compare. */
export async function everything(index: RunIndex): Promise<unknown> {
  await index.refresh();
  const { runs } = await index.query(query({ limit: 200 }));
  return {
    runs,
    details: await Promise.all(runs.map(({ id }) => index.get(id))),
    counts: await index.ledgerCounts(),
    open: await index.open({ olderThanMs: 0 }),
    unaccepted: await index.unaccepted(),
  };
}

/** A real store in whose calls a test interferes: `before` and `after` each write and deletion, and may throw. */
export function interfered(
  objects: ObjectStore,
  { before, after }: { before?: (key: string) => unknown; after?: (key: string) => unknown },
): ObjectStore {
  const around = async <T>(key: string, work: () => Promise<T>) => {
    await before?.(key);
    const result = await work();
    await after?.(key);
    return result;
  };
  return {
    get: (key, options) => objects.get(key, options),
    put: (key, body, condition) => around(key, () => objects.put(key, body, condition)),
    delete: (key) => around(key, () => objects.delete(key)),
    list: (prefix, options) => objects.list(prefix, options),
    close: () => objects.close(),
  };
}
