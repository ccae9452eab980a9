import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FlowDocument } from '../../contracts/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';

let server: LoopbackServer;
let errand: TestErrand;

const flow = (base: string): FlowDocument => ({
  schemaVersion: 1,
  id: 'large',
  name: { en: 'Large', zh: '大' },
  nodes: [
    { id: 'start', kind: 'trigger.webhook' },
    {
      id: 'fetch',
      kind: 'http',
      config: { url: `${base}/{{ trigger.input.size }}` },
      retry: { maximumAttempts: 1 },
    },
    // Continues from what was kept outside of history.
    { id: 'pause', kind: 'wait', config: { for: '1s' } },
    { id: 'take', kind: 'transform', config: { output: '{{ nodes.fetch.output.body }}' } },
  ],
  edges: [
    { from: 'start', to: 'fetch' },
    { from: 'fetch', to: 'pause' },
    { from: 'pause', to: 'take' },
  ],
});

beforeAll(async () => {
  // Answers with a JSON text of as many characters as the path says.
  server = await startLoopbackServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ text: 'x'.repeat(Number(request.url?.slice(1))) }));
  });
  errand = await startTestErrand({ models: [], config: { egress: { allow: ['127.0.0.1'] } } });
  await errand.publish(flow(server.origin));
});
afterAll(async () => {
  await errand.end();
  await server.close();
});

it('an output of nearly 5 MB goes from node to node, and history holds a reference to it', async () => {
  const run = await errand.runFlow('large', { size: 4_800_000 });
  expect(run).toMatchObject({ error: null, status: 'answered' });
  // The record says of what is too large for it how large it was.
  expect(run.nodes.find(({ id }) => id === 'take')).toMatchObject({
    output: { truncated: true, bytes: 4_800_000 + '{"text":""}'.length },
  });
  const { historySize } = await errand.temporal.workflow.getHandle(`run:${run.id}`).describe();
  expect(historySize).toBeLessThan(60_000);
});

it('an output of more than 5 MB fails its node, with the reason', async () => {
  const run = await errand.runFlow('large', { size: 5_100_000 });
  expect(run.status).toBe('failed');
  expect(run.error).toMatchObject({ node: 'fetch' });
  expect(run.error?.message).toMatch(/5000000|too large|larger/i);
});
