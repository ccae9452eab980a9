import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/json.ts';
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

describe('model', () => {
  it('answers its prompt', async () => {
    const { nodes } = await setUp();
    expect((await runNode(nodes.model, nodeInputOf({ prompt: 'part 1' }))).output).toEqual({
      text: 'done: part 1',
    });
  });

  it('takes the author’s system prompt and temperature, which a template may have left as text', async () => {
    const { nodes, server } = await setUp(['ok']);
    await runNode(nodes.model, nodeInputOf({ prompt: 'p', system: 'You are a pirate.', temperature: 0.2 }));
    expect(server.requests[0]?.body).toMatchObject({
      temperature: 0.2,
      messages: [
        { role: 'system', content: 'You are a pirate.' },
        { role: 'user', content: 'p' },
      ],
    });
  });

  it('gives an object of its schema, repaired once', async () => {
    const schema = {
      type: 'object',
      properties: { stars: { type: 'integer', minimum: 1 } },
      required: ['stars'],
    };
    const { nodes } = await setUp(['{"stars":0}', '{"stars":4}']);
    expect((await runNode(nodes.model, nodeInputOf({ prompt: 'rate', schema }))).output).toEqual({
      stars: 4,
    });
  });

  it.each<JsonObject>([
    { type: 'object', properties: { a: { type: 'string', pattern: '(a+)+$' } } },
    { type: 'nonsense' },
  ])('refuses a schema it cannot keep, before any call', async (schema) => {
    const { nodes, server } = await setUp();
    const failure = await failureOfNode(nodes.model, nodeInputOf({ prompt: 'p', schema }));
    expect(failure).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
    expect(server.count()).toBe(0);
  });

  it('fails as ModelUnavailable, to be tried again, when no model answers', async () => {
    const { nodes } = await setUp([{ status: 429, headers: { 'retry-after': '2' } }]);
    const failure = await failureOfNode(nodes.model, nodeInputOf({ prompt: 'p' }));
    expect(failure).toMatchObject({ type: 'ModelUnavailable', nonRetryable: false, nextRetryDelay: 2_000 });
  });
});
