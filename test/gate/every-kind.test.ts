import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/json.ts';
import { nodeKinds } from '../../contracts/node-kinds/index.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let service: LoopbackServer;
let errand: TestErrand;
let page: string;
beforeAll(async () => {
  model = await startModelServer();
  service = await startLoopbackServer((_, response) => response.end('{}'));
  errand = await startTestErrand({
    models: [model.endpoint],
    flow: 'both',
    config: { egress: { allow: ['127.0.0.1'] } },
  });
  page = await readFile(new URL('../../docs/flows.md', import.meta.url), 'utf8');
  await errand.publish(
    flow('send-invoice', [start, node('done', 'transform', { output: 'sent' })], ['start>done']),
  );
});
afterAll(async () => {
  await errand.end();
  await Promise.all([model.close(), service.close()]);
});

/** What runs meet that nobody asked for in a chat, with the examples of the catalogue. */
const standing: Record<string, string> = {
  wait: 'waiting',
  approval: 'waiting',
  memory: 'failed: InvalidInput',
};
/** Two edges lead to each. */
const also = node('also', 'transform', { output: 2 });
const input = { order: '7', amount: 5, items: [1, 2] };

describe.each([...nodeKinds.values()])('$kind', ({ example, help, kind, title, traits }) => {
  it('has a section in docs/flows.md and in the API, in both languages', async () => {
    expect(page).toContain(`### ${kind} — ${title.en} · ${title.zh}\n\n${help.en}`);
    const { kinds } = (await (await errand.api('/api/v1/node-kinds')).json()) as { kinds: JsonObject[] };
    expect(kinds.find((one) => one.kind === kind)).toMatchObject({ title, help });
  });

  it('is carried out', async () => {
    const config: JsonObject = JSON.parse(
      JSON.stringify(example)
        .replaceAll(/https:\/\/example\.com/g, service.origin)
        .replaceAll('trigger.text', 'trigger.input.order')
        .replaceAll('{{ nodes.decompose.output.subtasks }}', '{{ trigger.input.items }}'),
    );
    const first = traits.trigger ? node('start', kind, config) : start;
    const rest = traits.trigger ? node('it', 'transform', { output: 1 }) : node('it', kind, config);
    await errand.publish(flow('tries', [first, also, rest], ['start>also', 'start>it', 'also>it']));
    const runId = await errand.startFlow('tries', input);
    const how = async () => {
      const { nodes } = await errand.runById(runId);
      const { error, status } = nodes.find(({ id }) => id === 'it') ?? {};
      return error ? `${status}: ${error.type}` : status;
    };
    await expect.poll(how).toBe(standing[kind] ?? 'succeeded');
    await errand.api(`/api/v1/runs/${runId}/cancel`, { method: 'POST' });
  });
});

it('of several triggers the one fires that suits who starts the flow', async () => {
  const nodes = [
    start,
    message,
    node('called', 'transform', { output: 'by a call' }),
    node('asked', 'notify', { text: 'by a message' }),
  ];
  await errand.publish(flow('both', nodes, ['start>called', 'message>asked']));
  expect((await errand.ask('hello')).reply.text).toBe('by a message');
  const run = await errand.runFlow('both', {});
  expect(run.nodes.map(({ id, status }) => [id, status])).toEqual([
    ['start', 'succeeded'],
    ['message', 'skipped'],
    ['called', 'succeeded'],
    ['asked', 'skipped'],
  ]);
});
