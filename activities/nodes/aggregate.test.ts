import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../test/fakes/model-server.ts';
import { type NodesUnderTest, nodeInputOf, runNode, startNodes } from '../../test/fakes/model-server-node.ts';

let started: NodesUnderTest | undefined;

afterEach(async () => {
  await started?.close();
});

async function setUp(script?: Reply[]): Promise<NodesUnderTest> {
  started = await startNodes(script);
  return started;
}

describe('aggregate', () => {
  it('makes one answer of the order and the results before it', async () => {
    const { nodes, server } = await setUp();
    const inputs = {
      dispatch: { items: [{ index: 0, status: 'succeeded', output: { text: 'cheap' }, error: null }] },
    };
    const { output } = await runNode(nodes.aggregate, nodeInputOf({}, { inputs, text: 'compare phones' }));
    expect(output).toEqual({ text: 'result: compare phones' });
    expect(server.requests[0]?.body.messages[1]?.content).toContain('"text":"cheap"');
  });

  it('fits results of any size into the smallest context', async () => {
    const { nodes, server } = await setUp();
    const items = Array.from({ length: 50 }, (_, index) => ({
      index,
      output: { text: 'word '.repeat(20_000) },
    }));
    await runNode(nodes.aggregate, nodeInputOf({}, { inputs: { dispatch: { items } } }));
    expect(server.requests[0]?.body.messages[1]?.content.length).toBeLessThan(80_000);
  });
});
