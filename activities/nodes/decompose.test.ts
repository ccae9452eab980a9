import { afterEach, describe, expect, it } from 'vitest';
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

describe('decompose', () => {
  it('cuts a plan of 1,000 subtasks to the limit, with bounded sizes', async () => {
    const subtasks = Array.from({ length: 1_000 }, (_, index) => ({
      id: `t${index}`,
      title: index < 8 ? 't'.repeat(1_000) : 't',
      instruction: index < 8 ? 'i'.repeat(9_000) : 'x',
    }));
    const { nodes } = await setUp([JSON.stringify({ subtasks })]);
    const { output } = await runNode(nodes.decompose, nodeInputOf({ maximumSubtasks: 5 }));
    expect(output).toEqual({
      subtasks: [0, 1, 2, 3, 4].map((index) => ({
        id: `t${index}`,
        title: 't'.repeat(200),
        instruction: 'i'.repeat(4_000),
      })),
    });
  });

  it('fails as ModelOutputInvalid, with what it cost, when there is no plan twice', async () => {
    const { nodes } = await setUp(['{"subtasks":[]}', 'no']);
    const failure = await failureOfNode(nodes.decompose, nodeInputOf({}));
    expect(failure).toMatchObject({
      type: 'ModelOutputInvalid',
      nonRetryable: true,
      details: [{ attempts: 1, usage: { calls: 2 } }],
    });
  });
});
