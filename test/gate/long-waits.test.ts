import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { DeliverInput, NodeInput } from '../../contracts/activities.ts';
import type { Approval, Decision, DecisionResult } from '../../contracts/approval.ts';
import type { FlowDocument, FlowNode } from '../../contracts/flow.ts';
import type { RunRecord } from '../../contracts/run.ts';
import type { RunInput, RunResult, RunSignal } from '../../contracts/workflows.ts';
import { plan } from '../../engine/document.ts';
import { workflowBundlePath } from '../../workers/index.ts';
import { flow, node, start } from '../errand/flow.ts';
import { startTimeSkipping } from '../servers/index.ts';

type RunWorkflow = (input: RunInput) => Promise<RunResult>;

let environment: TestWorkflowEnvironment;
let worker: Worker;
let working: Promise<void>;
let asked = 0;
const records: RunRecord[] = [];

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  environment = await startTimeSkipping(inject('binaries').timeSkipping);
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'errand',
    workflowBundle: { codePath: workflowBundlePath },
    activities: {
      http: async ({ config }: NodeInput) => {
        asked += 1;
        return { output: { status: 200, body: config.url ?? null }, attempts: 1, ms: 0 };
      },
      deliver: async (_: DeliverInput) => ({ attempts: 1 }),
      record: async (record: RunRecord) => void records.push(record),
    },
  });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await environment.teardown();
});

const last = (): RunRecord | undefined => records.at(-1);
const daysOf = (record?: RunRecord): number =>
  (Date.parse(record?.finishedAt ?? '') - Date.parse(record?.startedAt ?? '')) / 86_400_000;

let runs = 0;
async function begin(document: FlowDocument) {
  runs += 1;
  const runId = `long${runs}`.padEnd(26, 'a');
  return environment.client.workflow.start<RunWorkflow>('run', {
    taskQueue: 'errand',
    workflowId: `run:${runId}`,
    args: [
      {
        runId,
        origin: { type: 'api', input: {}, user: 'u', traceId: '', language: 'en' },
        startedAt: await environment.currentTimeMs(),
        flow: { id: document.id, version: 1 },
        plan: plan(document, 1),
      },
    ],
  });
}

/** How often the run continued as new. */
async function moves(workflowId: string, firstRunId: string): Promise<number> {
  let count = 0;
  for (let runId: string | undefined = firstRunId; runId; count += 1) {
    const { events } = await environment.client.workflow.getHandle(workflowId, runId).fetchHistory();
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return count - 1;
}

describe('a run that waits for thirty days', () => {
  const loops = ['one', 'two', 'three', 'four'];
  const busy: FlowNode[] = loops.map((id) =>
    node(id, 'loop', {
      items: Array.from({ length: 100 }, (_, index) => index),
      do: { kind: 'http', config: { url: 'http://127.0.0.1/{{ index }}' } },
    }),
  );

  it('goes on in another branch meanwhile, continues as new, and ends in time', async () => {
    const handle = await begin(
      flow(
        'patience',
        [
          start,
          node('month', 'wait', { for: '30d' }),
          ...busy,
          node('both', 'join'),
          node('end', 'transform', { output: 'done' }),
        ],
        [
          'start>month',
          'start>one',
          'one>two',
          'two>three',
          'three>four',
          'month>both',
          'four>both',
          'both>end',
        ],
      ),
    );
    expect(await handle.result()).toEqual({ outcome: 'answered', output: 'done', error: null });
    expect(daysOf(last())).toBeCloseTo(30, 2);
    expect(asked).toBe(400);
    expect(await moves(handle.workflowId, handle.firstExecutionRunId)).toBe(1);
    const nodes = last()?.nodes ?? [];
    const [begun, four] = [last()?.startedAt, nodes.find(({ id }) => id === 'four')?.finishedAt];
    expect(Date.parse(four ?? '') - Date.parse(begun ?? '')).toBeLessThan(86_400_000);
    expect(nodes.map(({ status }) => status)).toEqual(nodes.map(() => 'succeeded'));
  });

  it('ends as RunLimit when thirty days are not enough', async () => {
    const handle = await begin(
      flow(
        'impatience',
        [
          start,
          node('first', 'wait', { for: '20d' }),
          node('second', 'wait', { for: '20d' }, { onError: { action: 'continue' } }),
          node('third', 'wait', { for: '20d' }),
        ],
        ['start>first', 'first>second', 'second>third'],
      ),
    );
    expect(await handle.result()).toMatchObject({ outcome: 'failed', error: { type: 'RunLimit' } });
    expect(last()).toMatchObject({ status: 'failed', error: { type: 'RunLimit' } });
    expect(daysOf(last())).toBeCloseTo(30, 0);
    expect(last()?.nodes.map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
      'cancelled',
      'cancelled',
    ]);
  });
});

describe('a run that is sent much', () => {
  it('moves with its approval, what was decided and what nobody took', async () => {
    const handle = await begin(
      flow(
        'letters',
        [
          start,
          node('ask', 'approval', { text: 'Really?', remindEvery: '30m' }),
          node('letter', 'wait', { event: 'second' }),
          node('end', 'transform', { output: '{{ [nodes.ask.output.by, nodes.letter.output.data] }}' }),
        ],
        ['start>ask', 'ask:approved>letter', 'letter>end'],
      ),
    );
    const send = (name: string, data: number): Promise<void> =>
      handle.signal<[RunSignal]>('mail', { type: 'event', name, data, at: 0 });
    await send('second', 42);
    for (let data = 0; data < 150; data += 1) await send('first', data);
    await environment.sleep('20d');
    const pending = await handle.query<Approval[]>('approvals');
    expect(pending).toMatchObject([{ node: 'ask', text: 'Really?' }]);
    const id = pending[0]?.id ?? '';
    const decision: Decision = { id, decision: 'approve', by: 'ada', via: 'api' };
    expect(await handle.executeUpdate<DecisionResult, [Decision]>('decide', { args: [decision] })).toBe(
      'decided',
    );
    expect(await handle.result()).toMatchObject({ output: ['ada', 42] });
    expect(await moves(handle.workflowId, handle.firstExecutionRunId)).toBeGreaterThan(1);
  });
});
