import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startedRun } from '../../contracts/api.ts';
import type { Json } from '../../contracts/json.ts';
import type { RunInput, RunResult } from '../../contracts/workflows.ts';
import { flow, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let isSlow = true;
let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    record: false,
    behaviour: ({ messages }) => {
      const asked = messages.at(-1)?.content ?? '';
      if (asked.includes('hang') || (asked.includes('late') && isSlow)) return { hang: 'headers' };
      return asked.includes('refused') ? { status: 400, body: '{"error":{"message":"no"}}' } : `did ${asked}`;
    },
  });
  errand = await startTestErrand({ models: [model.endpoint], timeouts: { firstToken: '100s' } });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

const each = (id: string, config: Json, todo: { kind: string; config: Json }) =>
  flow(
    id,
    [
      start,
      node('each', 'dispatch', {
        items: '{{ trigger.input }}',
        do: todo,
        concurrency: 25,
        ...(config as object),
      }),
    ],
    ['start>each'],
  );
const ask = { kind: 'model', config: { prompt: '{{ item }}' } };

interface Ended extends Record<string, Json> {
  status: string;
  output: Json;
  error: Json;
}
/** As the run's workflow returns them: a record cuts large outputs short. */
async function itemsOf(runId: string): Promise<Ended[]> {
  const run = errand.temporal.workflow.getHandle<(input: RunInput) => Promise<RunResult>>(`run:${runId}`);
  const { output } = await run.result();
  return (output as { items?: Ended[] } | null)?.items ?? [];
}
async function eventsOf(workflowId: string): Promise<number> {
  const { historyLength } = await errand.temporal.workflow.getHandle(workflowId).describe();
  return historyLength;
}
async function batchesOf(runId: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of errand.temporal.workflow.list({ query: "WorkflowType = 'batch'" }))
    if (workflowId.includes(runId)) ids.push(workflowId);
  return ids;
}

describe('a fan-out of a thousand items', () => {
  it('does each once and has its result, in histories far from their limits', async () => {
    await errand.publish(each('thousand', {}, ask));
    const before = model.count();
    const runId = await errand.startFlow(
      'thousand',
      Array.from({ length: 1_000 }, (_, index) => `${index === 500 ? 'refused' : 'thing'} ${index}`),
    );
    const items = await itemsOf(runId);
    expect(items).toHaveLength(1_000);
    expect(items.filter(({ status }) => status === 'succeeded')).toHaveLength(999);
    expect(items[500]).toMatchObject({ status: 'failed', error: { type: 'ModelRejected' } });
    expect(items[999]?.output).toMatchObject({ text: expect.stringContaining('thing 999') });
    expect(model.count() - before).toBe(1_000);
    expect(await eventsOf(`run:${runId}`)).toBeLessThan(1_000);
    for (const id of await batchesOf(runId)) expect(await eventsOf(id)).toBeLessThan(1_500);
  });

  it('of subflows has its results too', async () => {
    await errand.publish(
      flow('half', [start, node('half', 'transform', { output: '{{ trigger.input / 2 }}' })], ['start>half']),
    );
    await errand.publish(
      each('halves', {}, { kind: 'subflow', config: { flow: 'half', input: '{{ item }}' } }),
    );
    const runId = await errand.startFlow(
      'halves',
      Array.from({ length: 120 }, (_, index) => index * 2),
    );
    const items = await itemsOf(runId);
    expect(items.map(({ output }) => output)).toEqual(Array.from({ length: 120 }, (_, index) => index));
    expect(await eventsOf(`run:${runId}`)).toBeLessThan(60);
  });

  it('that is to stop at a failure cancels what is under way', async () => {
    await errand.publish(each('strict', { onItemError: 'fail' }, ask));
    const runId = await errand.startFlow(
      'strict',
      Array.from({ length: 150 }, (_, index) => (index === 30 ? 'refused' : index > 30 ? 'hang' : 'quick')),
    );
    const run = await errand.ended(runId);
    expect(run).toMatchObject({ status: 'failed', error: { type: 'ModelRejected', node: 'each' } });
    expect(run.nodes.find(({ id }) => id === 'each')?.items).toMatchObject({ failed: 1, succeeded: 30 });
    await expect.poll(() => model.underWay()).toBe(0);
  });

  it('is cancelled with its run, which is gone on from with what it had done', async () => {
    await errand.publish(each('hanging', {}, ask));
    const runId = await errand.startFlow(
      'hanging',
      Array.from({ length: 150 }, (_, index) => (index < 30 ? `quick ${index}` : `late ${index}`)),
    );
    await expect.poll(() => model.underWay()).toBe(25);
    await errand.temporal.workflow.getHandle(`run:${runId}`).signal('cancelRun');
    const run = await errand.ended(runId);
    expect(run.status).toBe('cancelled');
    expect(run.nodes.find(({ id }) => id === 'each')?.items).toEqual({ succeeded: 30, cancelled: 120 });
    await expect.poll(() => model.underWay()).toBe(0);
    isSlow = false;
    const before = model.count();
    const response = await errand.api(`/api/v1/runs/${runId}/resume`, { method: 'POST' });
    const resumed = startedRun.parse(await response.json()).runId;
    expect((await itemsOf(resumed)).map(({ status }) => status)).toEqual(Array(150).fill('succeeded'));
    expect(model.count() - before).toBe(120);
    for (const id of await batchesOf(runId)) {
      const batch = errand.temporal.workflow.getHandle(id);
      await expect.poll(async () => (await batch.describe()).status.name).toBe('COMPLETED');
    }
  });
});
