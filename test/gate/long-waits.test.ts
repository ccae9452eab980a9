import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Approval, Decision, DecisionResult } from '../../contracts/approval.ts';
import type { FlowNode } from '../../contracts/flow.ts';
import type { RunRecord } from '../../contracts/run.ts';
import type { RunSignal } from '../../contracts/workflows.ts';
import { derivedRunId } from '../../workflows/derived-id.ts';
import { flow, node, start } from '../errand/flow.ts';
import { type MonthOfRuns, startMonthOfRuns } from '../errand/month-of-runs.ts';

const sleeps = flow(
  'sleeps',
  [start, node('wait', 'wait', { for: '25d' }), node('end', 'transform', { output: 'slept' })],
  ['start>wait', 'wait>end'],
);
/** Moves while it waits for that, because reminders fill its history. */
const around = flow(
  'around',
  [
    start,
    node('sub', 'subflow', { flow: 'sleeps' }),
    node('ask', 'approval', { text: 'Really?', remindEvery: '30m', expiresAfter: '20d' }),
  ],
  ['start>sub', 'start>ask'],
);

let month: MonthOfRuns;
beforeEach(async () => {
  month = await startMonthOfRuns(inject('binaries').timeSkipping, sleeps);
});
afterEach(() => month.end());

const last = (): RunRecord | undefined => month.records.at(-1);
const daysOf = (record?: RunRecord): number =>
  (Date.parse(record?.finishedAt ?? '') - Date.parse(record?.startedAt ?? '')) / 86_400_000;

describe('a run that waits for thirty days', () => {
  const loops = ['one', 'two', 'three', 'four'];
  const busy: FlowNode[] = loops.map((id) =>
    node(id, 'loop', {
      items: Array.from({ length: 100 }, (_, index) => index),
      do: { kind: 'http', config: { url: 'http://127.0.0.1/{{ index }}' } },
    }),
  );

  it('goes on in another branch meanwhile, continues as new, and ends in time', async () => {
    const handle = await month.begin(
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
    expect(month.calls()).toBe(400);
    expect(await month.moves(handle)).toBe(1);
    const nodes = last()?.nodes ?? [];
    const [begun, four] = [last()?.startedAt, nodes.find(({ id }) => id === 'four')?.finishedAt];
    expect(Date.parse(four ?? '') - Date.parse(begun ?? '')).toBeLessThan(86_400_000);
    expect(nodes.map(({ status }) => status)).toEqual(nodes.map(() => 'succeeded'));
  });

  it('ends as RunLimit when thirty days are not enough', async () => {
    const handle = await month.begin(
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
    const handle = await month.begin(
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
    await month.environment.sleep('20d');
    const pending = await handle.query<Approval[]>('approvals');
    expect(pending).toMatchObject([{ node: 'ask', text: 'Really?' }]);
    const id = pending[0]?.id ?? '';
    const decision: Decision = { id, decision: 'approve', by: 'ada', via: 'api' };
    expect(await handle.executeUpdate<DecisionResult, [Decision]>('decide', { args: [decision] })).toBe(
      'decided',
    );
    expect(await handle.result()).toMatchObject({ output: ['ada', 42] });
    expect(await month.moves(handle)).toBeGreaterThan(1);
  });
});

it('a run that cannot move while a batch is under way stops repeating itself long before its history is full', async () => {
  const handle = await month.begin(
    flow(
      'patient',
      [
        start,
        node(
          'each',
          'dispatch',
          {
            items: Array.from({ length: 101 }, (_, index) => index),
            do: { kind: 'subflow', config: { flow: 'sleeps' } },
            concurrency: 100,
          },
          { timeout: '12d' },
        ),
        node('ask', 'approval', { text: 'Really?', remindEvery: '5m', expiresAfter: '20d' }),
        node('end', 'transform', { output: 'done' }),
      ],
      ['start>each', 'start>ask', 'each>end'],
    ),
  );
  await month.environment.sleep('19d');
  const { historyLength } = await handle.describe();
  expect(historyLength).toBeGreaterThan(5_900);
  expect(historyLength).toBeLessThan(6_100);
  expect(await handle.result()).toMatchObject({ output: { ask: { expired: true }, end: 'done' } });
  expect(await month.moves(handle)).toBeGreaterThan(0);
}, 120_000);

describe('a run that moved while it waited for a subflow', () => {
  it('is told the result', async () => {
    const handle = await month.begin(around);
    expect(await handle.result()).toMatchObject({ outcome: 'answered', output: { sub: 'slept' } });
    expect(await month.moves(handle)).toBeGreaterThan(0);
    expect(daysOf(last())).toBeCloseTo(25, 1);
  });

  it('notices that it was terminated by hand', async () => {
    const handle = await month.begin(around);
    const runId = handle.workflowId.slice('run:'.length);
    await month.environment.sleep('22d');
    const moved = await month.moves(handle);
    expect(moved).toBeGreaterThan(0);
    await month.environment.client.workflow
      .getHandle(`run:${derivedRunId(runId, 'sub')}`)
      .terminate('by hand');
    expect(await handle.result()).toMatchObject({
      outcome: 'failed',
      error: { type: 'SubflowFailed', message: expect.stringContaining('terminated') },
    });
    expect(daysOf(last())).toBeLessThan(23);
  });
});
