import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryRef, Snapshot, Turn } from '../../contracts/memory.ts';
import type { Reply } from '../../test/fakes/model-server.ts';
import {
  failureOfNode,
  type NodesUnderTest,
  nodeInputOf,
  runNode,
  startNodes,
} from '../../test/fakes/model-server-node.ts';

let started: NodesUnderTest | undefined;

afterEach(async () => {
  await started?.close();
});

async function setUp(script?: Reply[]): Promise<NodesUnderTest> {
  started = await startNodes(script);
  return started;
}

const intents = {
  answers: ['chat'],
  intents: [
    { name: 'chat', description: 'Talk.' },
    { name: 'task', description: 'Work.' },
  ],
};
const turn = (text: string, at: number, role: Turn['role'] = 'user'): Turn => ({ role, text, at });

describe('intent', () => {
  it('answers talk in one call', async () => {
    const { nodes, server } = await setUp();
    expect(await runNode(nodes.intent, nodeInputOf(intents))).toEqual({
      output: { intent: 'chat', text: 'echo: hello' },
      attempts: 1,
      usage: expect.objectContaining({ calls: 1, promptTokens: expect.any(Number) }),
      ms: expect.any(Number),
    });
    expect(server.count()).toBe(1);
  });

  it('names an intent with its arguments, and keeps no text for what is not answered', async () => {
    const { nodes } = await setUp(['{"intent":"task","text":"I did it!","arguments":{"city":"Rome"}}']);
    const { output } = await runNode(nodes.intent, nodeInputOf(intents));
    expect(output).toEqual({ intent: 'task', arguments: { city: 'Rome' } });
  });

  it.each([
    ['an intent that is not offered', '{"intent":"fly"}', 'intent must be one of chat, task'],
    ['an answer without text', '{"intent":"chat","text":" "}', 'text must hold the answer'],
  ])('has %s repaired', async (_, bad, problem) => {
    const { nodes, server } = await setUp([bad, '{"intent":"task"}']);
    expect((await runNode(nodes.intent, nodeInputOf(intents))).output).toEqual({ intent: 'task' });
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain(problem);
  });

  it('knows what was said before: the saved snapshot and the turns since, newest first to stay', async () => {
    const { nodes, server, snapshots } = await setUp();
    const saved: Snapshot = {
      schemaVersion: 1,
      account: 'hook',
      conversation: 'c1',
      sequence: 1,
      window: [turn('x'.repeat(600), 1), turn('My name is Ada.', 2)],
      seen: [],
      notes: [],
      savedAt: new Date().toISOString(),
    };
    const snapshot = await snapshots.save(saved);
    const memory: MemoryRef = {
      account: 'hook',
      conversation: 'c1',
      snapshot,
      since: [turn('Hello Ada.', 3, 'assistant')],
    };
    await runNode(nodes.intent, nodeInputOf(intents, { memory, text: 'Who am I?' }));
    expect(server.requests[0]?.body.messages.slice(1)).toEqual([
      { role: 'user', content: 'My name is Ada.' },
      { role: 'assistant', content: 'Hello Ada.' },
      { role: 'user', content: 'Who am I?' },
    ]);
  });

  it('stops rather than answer without a memory that is damaged', async () => {
    const { nodes, server } = await setUp();
    const snapshot = { sequence: 4, hash: 'f'.repeat(64) };
    const memory: MemoryRef = { account: 'hook', conversation: 'c1', snapshot, since: [] };
    const failure = await failureOfNode(nodes.intent, nodeInputOf(intents, { memory }));
    expect(failure).toMatchObject({ type: 'MemoryDamaged', nonRetryable: true });
    expect(server.count()).toBe(0);
  });
});
