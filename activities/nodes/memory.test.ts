import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MemoryRef, Note, SnapshotRef, Turn } from '../../contracts/memory.ts';
import {
  failureOfNode,
  type NodesUnderTest,
  nodeInputOf,
  runNode,
  startNodes,
} from '../../test/fakes/model-server-node.ts';

const turn = (text: string, at: number): Turn => ({ role: 'user', text, at });
const note = (id: string, at: number): Note => ({ id, text: `text of ${id}`, at, by: 'u1' });

let started: NodesUnderTest;
let snapshot: SnapshotRef;
beforeEach(async () => {
  started = await startNodes();
  snapshot = await started.snapshots.save({
    schemaVersion: 1,
    account: 'hook',
    conversation: 'c1',
    sequence: 1,
    window: [turn('first', 1), turn('second', 2)],
    seen: [],
    notes: [note('old', 1), note('gone', 2)],
    savedAt: new Date().toISOString(),
  });
});
afterEach(() => started.close());

const memory = (): MemoryRef => ({
  account: 'hook',
  conversation: 'c1',
  snapshot,
  since: [turn('third', 3)],
  notes: { count: 2, added: [note('new', 3)], forgotten: ['gone'] },
});

it('reads the newest messages and all notes, saved and since', async () => {
  const input = nodeInputOf({ action: 'read', limit: 2 }, { memory: memory() });
  expect((await runNode(started.nodes.memory, input)).output).toEqual({
    messages: [
      { role: 'user', text: 'second', at: '1970-01-01T00:00:00.002Z' },
      { role: 'user', text: 'third', at: '1970-01-01T00:00:00.003Z' },
    ],
    notes: [
      { id: 'old', text: 'text of old', at: '1970-01-01T00:00:00.001Z' },
      { id: 'new', text: 'text of new', at: '1970-01-01T00:00:00.003Z' },
    ],
  });
});

it('finds nothing where there is no conversation', async () => {
  const { output } = await runNode(started.nodes.memory, nodeInputOf({ action: 'read' }));
  expect(output).toEqual({ messages: [], notes: [] });
});

it.each([0, 101, 'many', null])('refuses %j as a number of messages', async (limit) => {
  const input = nodeInputOf({ action: 'read', limit }, { memory: memory() });
  expect(await failureOfNode(started.nodes.memory, input)).toMatchObject({ type: 'InvalidInput' });
});

it('prompts hold what is noted: half of the memory at most, the newest first to stay', async () => {
  const long = { ...note('long', 4), text: 'x'.repeat(600) };
  const intents = { answers: ['chat'], intents: [{ name: 'chat', description: 'Talk.' }] };
  const input = nodeInputOf(intents, {
    memory: { ...memory(), notes: { count: 3, added: [long, note('new', 5)], forgotten: ['gone'] } },
  });
  await runNode(started.nodes.intent, input);
  const [system, ...said] = started.server.requests[0]?.body.messages ?? [];
  expect(system?.content).toContain('- text of new\n</notes>');
  expect(system?.content).not.toContain('xxx');
  expect(said.map(({ content }) => content)).toEqual(['first', 'second', 'third', 'hello']);
});
