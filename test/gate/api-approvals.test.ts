import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { approval, type FlowDocument, run, startedRun } from '../../contracts/index.ts';
import { problemOf } from '../api/start-test-api.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';

let errand: TestErrand;
beforeAll(async () => {
  errand = await startTestErrand({ models: ['http://127.0.0.1:9/v1'] });
  await errand.publish(askingFlow('asks', {}));
  await errand.publish(askingFlow('asks-others', { approvers: ['ada'] }));
  await errand.publish({
    ...askingFlow('listens', {}),
    nodes: [
      { id: 'call', kind: 'trigger.webhook' },
      { id: 'paid', kind: 'wait', config: { event: 'paid' } },
    ],
    edges: [{ from: 'call', to: 'paid' }],
  });
});
afterAll(() => errand.end());

function askingFlow(id: string, config: Record<string, string[]>): FlowDocument {
  return {
    schemaVersion: 1,
    id,
    name: { en: id, zh: id },
    nodes: [
      { id: 'call', kind: 'trigger.webhook' },
      { id: 'ask', kind: 'approval', config: { text: 'Really {{ trigger.input.what }}?', ...config } },
      { id: 'yes', kind: 'transform', config: { output: 'done' } },
      { id: 'no', kind: 'transform', config: { output: 'left' } },
    ],
    edges: [
      { from: 'call', to: 'ask' },
      { from: 'ask', on: 'approved', to: 'yes' },
      { from: 'ask', on: 'denied', to: 'no' },
    ],
  };
}

const headers = { 'content-type': 'application/json' };
const post = (path: string, body: unknown = {}) =>
  errand.api(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
const put = (path: string, body: unknown, more = {}) =>
  errand.api(`/api/v1${path}`, {
    method: 'PUT',
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
  });
const show = async (id: string) => run.parse(await (await errand.api(`/api/v1/runs/${id}`)).json());
const listed = z.object({
  approvals: z.array(approval.extend({ run: z.string() })),
  unanswered: z.number(),
});
const start = async (flow: string, input: unknown = {}) =>
  startedRun.parse(await (await post(`/flows/${flow}/run`, { input })).json()).runId;
const asked = async (runId: string) => {
  const find = async () => {
    const { approvals } = listed.parse(await (await errand.api('/api/v1/approvals')).json());
    return approvals.find((one) => one.runId === runId);
  };
  await expect.poll(find).toBeDefined();
  return listed.shape.approvals.element.parse(await find());
};

describe('approvals', () => {
  it('are listed while they wait, with what is asked and the run that asks', async () => {
    const runId = await start('asks', { what: 'delete it' });
    const found = await asked(runId);
    expect(found).toMatchObject({ node: 'ask', text: 'Really delete it?', run: `/api/v1/runs/${runId}` });
    expect((await show(runId)).status).toBe('waiting');
  });

  it.each([
    ['approve', 'done'],
    ['deny', 'left'],
  ])('are decided once: %s', async (decision, output) => {
    const runId = await start('asks', { what: 'go on' });
    const { id } = await asked(runId);
    expect((await post(`/approvals/${id}`, { decision, note: 'as agreed' })).status).toBe(204);
    await expect.poll(async () => (await show(runId)).status).toBe('answered');
    expect((await show(runId)).nodes.some((node) => node.output === output)).toBe(true);
    expect([404, 409]).toContain((await post(`/approvals/${id}`, { decision })).status);
    const { approvals } = listed.parse(await (await errand.api('/api/v1/approvals')).json());
    expect(approvals.map((one) => one.id)).not.toContain(id);
  });

  it('are left to those who may decide', async () => {
    const { id } = await asked(await start('asks-others', { what: 'go on' }));
    const refused = await problemOf(await post(`/approvals/${id}`, { decision: 'approve' }));
    expect([refused.status, refused.type]).toEqual([403, 'forbidden']);
  });

  it('that nobody asks for, and decisions that are none, are refused', async () => {
    expect((await problemOf(await post('/approvals/aaaaaaaa', { decision: 'approve' }))).status).toBe(404);
    for (const [id, body] of [
      ['aaaaaaaa', { decision: 'maybe' }],
      ['aaaaaaaa', {}],
      ['aaaaaaaa', { decision: 'deny', note: 'x'.repeat(1_001) }],
      ['aaaaaaaa', { decision: 'deny', by: 'somebody' }],
      ["a' OR 1", { decision: 'deny' }],
    ] as const) {
      expect((await post(`/approvals/${id}`, body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await fetch(`${errand.url}/api/v1/approvals`)).status).toBe(401);
  });
});

describe('events', () => {
  it('let the run go on that waits for them', async () => {
    const runId = await start('listens');
    expect((await post(`/runs/${runId}/events`, { name: 'other', data: 1 })).status).toBe(202);
    expect((await post(`/runs/${runId}/events`, { name: 'paid', data: { sum: 3 } })).status).toBe(202);
    await expect.poll(async () => (await show(runId)).status).toBe('answered');
    expect((await show(runId)).nodes.at(-1)?.output).toMatchObject({ event: 'paid', data: { sum: 3 } });
    expect((await problemOf(await post(`/runs/${runId}/events`, { name: 'paid' }))).status).toBe(409);
  });

  it('are refused where there is no such run, and when they are too large or none', async () => {
    const nobody = 'a'.repeat(26);
    expect((await post(`/runs/${nobody}/events`, { name: 'paid' })).status).toBe(404);
    expect((await post(`/runs/${nobody}/events`, { name: '' })).status).toBe(400);
    const large = { name: 'paid', data: 'x'.repeat(70_000) };
    expect((await post(`/runs/${nobody}/events`, large)).status).toBe(413);
  });
});

it('a run whose workflow was ended by hand has failed, and says so', async () => {
  const runId = await start('listens');
  await expect.poll(async () => (await show(runId)).status).toBe('waiting');
  await errand.temporal.workflow.getHandle(`run:${runId}`).terminate('by hand');
  await expect.poll(async () => (await show(runId)).status).toBe('failed');
  expect(await show(runId)).toMatchObject({
    flow: { id: 'listens', version: 1 },
    error: { type: 'Terminated' },
    user: 'admin',
  });
});

describe('bindings of flows', () => {
  it('are replaced as a whole, under their ETag when one is named', async () => {
    const first = await errand.api('/api/v1/flow-bindings');
    expect(await first.json()).toEqual({ bindings: [] });
    const bindings = [{ flow: 'asks', account: 'hook', conversation: 'c9' }];
    const seen = { 'if-match': first.headers.get('etag') ?? '' };
    expect((await put('/flow-bindings', { bindings }, seen)).status).toBe(204);
    expect((await problemOf(await put('/flow-bindings', { bindings: [] }, seen))).status).toBe(412);
    const now = await errand.api('/api/v1/flow-bindings');
    expect(await now.json()).toEqual({ bindings });
    const bound = await errand.api('/api/v1/flows/asks', { method: 'DELETE' });
    expect((await problemOf(bound)).status).toBe(409);
    const fresh = { 'if-match': now.headers.get('etag') ?? '' };
    expect((await put('/flow-bindings', { bindings: [] }, fresh)).status).toBe(204);
  });

  it('say all that is wrong with them', async () => {
    const refused = await put('/flow-bindings', {
      bindings: [{ flow: 'UPPER' }, { flow: 'asks', conversation: 'c1' }],
    });
    expect(refused.status).toBe(422);
    expect(z.object({ errors: z.array(z.unknown()) }).parse(await refused.json()).errors).toHaveLength(2);
    expect((await put('/flow-bindings', { bindings: 'none' })).status).toBe(400);
    expect((await fetch(`${errand.url}/api/v1/flow-bindings`)).status).toBe(401);
  });
});
