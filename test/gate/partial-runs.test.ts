import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { endedRun, type FlowDocument, run, runPage, startedRun } from '../../contracts/index.ts';
import { problemOf } from '../api/start-test-api.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';

let errand: TestErrand;
let outside: WebhookReceiver;
const json = { 'content-type': 'application/json' };
const send = (method: string, path: string, body: unknown = {}) =>
  errand.api(`/api/v1${path}`, { method, headers: json, body: JSON.stringify(body) });
const bodyOf = async <T>(type: z.ZodType<T>, response: Response) => type.parse(await response.json());
const endedBy = async (path: string, body: unknown) => {
  const response = await send('POST', `${path}?wait=20s`, body);
  expect(response.status).toBe(200);
  return bodyOf(endedRun, response);
};

const sum: FlowDocument = {
  schemaVersion: 1,
  id: 'sum',
  name: { en: 'Sum', zh: '求和' },
  nodes: [
    { id: 'call', kind: 'trigger.webhook' },
    { id: 'one', kind: 'transform', config: { output: '{{ trigger.input.n }}' } },
    { id: 'two', kind: 'transform', config: { output: '{{ nodes.one.output + 1 }}' } },
    { id: 'three', kind: 'transform', config: { output: '{{ nodes.two.output * 10 }}' } },
  ],
  edges: [
    { from: 'call', to: 'one' },
    { from: 'one', to: 'two' },
    { from: 'two', to: 'three' },
  ],
};

beforeAll(async () => {
  errand = await startTestErrand({
    models: ['http://127.0.0.1:9/v1'],
    config: { egress: { allow: ['127.0.0.1'] } },
  });
  outside = await startWebhookReceiver({ secret: errand.secret });
  await errand.publish(sum);
});
afterAll(async () => {
  await errand.end();
  await outside.close();
});

describe('a node tried alone', () => {
  it('takes what it is given, of the draft unless a version is named', async () => {
    const draft = { ...sum, nodes: sum.nodes.map((node) => (node.id === 'two' ? twice(node) : node)) };
    await send('PUT', '/flows/sum', draft);
    const outputs = { one: 4 };
    const tried = await endedBy('/flows/sum/nodes/two/test', { outputs });
    expect(tried).toMatchObject({ status: 'answered', output: 8, error: null });
    expect((await endedBy('/flows/sum/nodes/two/test', { outputs, version: 1 })).output).toBe(5);
    expect((await endedBy('/flows/sum/nodes/one/test', { trigger: { input: { n: 7 } } })).output).toBe(7);
    const kept = await bodyOf(run, await errand.api(`/api/v1/runs/${tried.runId}`));
    expect(kept.flow).toEqual({ id: 'sum', version: 0, draft: true });
    expect(kept.nodes.filter(({ status }) => status === 'succeeded').map(({ id }) => id)).toContain('two');
    const { runs } = await bodyOf(runPage, await errand.api('/api/v1/runs?flow=sum'));
    expect(runs.find(({ id }) => id === tried.runId)?.flow).toEqual({ id: 'sum', version: 0, draft: true });
  });

  it('takes the outputs that the draft has pinned, but for its own', async () => {
    const nodes = sum.nodes.map((node) => ({ ...node, ...(node.id === 'call' ? {} : { pinned: 100 }) }));
    await send('PUT', '/flows/pinned', { ...sum, id: 'pinned', nodes });
    expect((await endedBy('/flows/pinned/nodes/two/test', {})).output).toBe(101);
    expect((await endedBy('/flows/pinned/run', { draft: true, upTo: 'three' })).output).toBe(1_000);
  });

  it('says how it failed', async () => {
    const failed = await endedBy('/flows/sum/nodes/three/test', { outputs: { two: 'text' }, version: 1 });
    expect(failed).toMatchObject({ status: 'failed', error: { type: 'ExpressionError' } });
  });

  it.each([
    ['/flows/sum/run', { input: { n: 1 }, dryRun: true }],
    ['/flows/sum/run', { input: { n: 1 }, upto: 'two' }],
    ['/flows/sum/nodes/two/test', { output: { one: 4 } }],
    ['/flows/sum/nodes/two/test', { trigger: { inputs: { n: 1 } } }],
  ])(
    '%s %j is refused: a word that is written wrong does not do more than was asked for',
    async (path, body) => {
      const { status, detail } = await problemOf(await send('POST', path, body));
      expect([status, detail]).toEqual([400, expect.stringContaining('Unrecognized key')]);
    },
  );

  it('is refused when the flow lacks it, is not valid, or is not there', async () => {
    const lacking = await send('POST', '/flows/sum/nodes/nine/test');
    expect(lacking.status).toBe(422);
    expect(await lacking.json()).toMatchObject({ nodes: ['nine'], detail: expect.stringContaining('nine') });
    await send('PUT', '/flows/wrong', { ...sum, id: 'wrong', edges: [{ from: 'call', to: 'nowhere' }] });
    expect((await problemOf(await send('POST', '/flows/wrong/nodes/one/test'))).type).toBe('flow-invalid');
    expect((await send('POST', '/flows/none/nodes/one/test')).status).toBe(404);
    expect((await send('POST', '/flows/sum/nodes/one/test', { version: 9 })).status).toBe(404);
    expect((await send('POST', '/flows/sum/nodes/one/test?wait=2m')).status).toBe(400);
    expect((await send('POST', '/flows/sum/nodes/one/test', { outputs: { 'a b': 1 } })).status).toBe(400);
    expect((await send('POST', '/flows/sum/run', { draft: true, version: 1 })).status).toBe(400);
    const unknown = await fetch(`${errand.url}/api/v1/flows/sum/nodes/one/test`, { method: 'POST' });
    expect(unknown.status).toBe(401);
  });
});

it('a flow is run up to a node', async () => {
  const { runId, output } = await endedBy('/flows/sum/run', { input: { n: 1 }, version: 1, upTo: 'two' });
  expect(output).toBe(2);
  const { nodes } = await bodyOf(run, await errand.api(`/api/v1/runs/${runId}`));
  expect(nodes.find(({ id }) => id === 'three')?.status).toBe('skipped');
});

it('a dry run records what it would do outside, and does what is harmless', async () => {
  const url = outside.url;
  await errand.publish({
    ...sum,
    id: 'outside',
    nodes: [
      { id: 'call', kind: 'trigger.webhook' },
      { id: 'write', kind: 'http', config: { method: 'POST', url, body: { a: 1 } } },
    ],
    edges: [{ from: 'call', to: 'write' }],
  });
  const dry = await endedBy('/flows/outside/run', { dry: true });
  expect(dry.status).toBe('answered');
  expect(JSON.stringify(dry.output)).toContain(url);
  expect(outside.requests).toHaveLength(0);
  expect(outside.refusals).toHaveLength(0);
});

it('a draft is run as a whole, and its run is found by what it is', async () => {
  const response = await send('POST', '/flows/sum/run', { draft: true, input: { n: 2 } });
  const { runId } = await bodyOf(startedRun, response);
  const found = async () => bodyOf(run, await errand.api(`/api/v1/runs/${runId}`));
  await expect.poll(async () => (await found()).status).toBe('answered');
  expect((await found()).flow).toEqual({ id: 'sum', version: 0, draft: true });
});

function twice(node: FlowDocument['nodes'][number]): FlowDocument['nodes'][number] {
  return { ...node, config: { output: '{{ nodes.one.output * 2 }}' } };
}
