import { describe, expect, it } from 'vitest';
import type { BatchOutput } from '../contracts/flow-state.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import { reissue } from './reissue.ts';
import { Driver, type Given, problem } from './testing/driver.ts';
import { edge, fanOutTraits, planNode, planOf, triggerNode } from './testing/plans.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function fanOut(items: Json, config: JsonObject = {}, given: Given = {}): Driver {
  const each = planNode('each', {
    config: {
      items: '{{ trigger.input }}',
      do: { kind: 'model', config: { prompt: 'of {{ item }}' } },
      concurrency: 5,
      ...config,
    },
    traits: fanOutTraits,
  });
  const flow = new Driver(planOf([triggerNode('start'), each], [edge('start>each')]));
  flow.start('start', { input: items }, given);
  return flow;
}

/** Ends a batch with what `of` says of each of its items; undefined leaves it out. */
function endBatch(
  flow: Driver,
  of: (index: number) => Partial<BatchOutput['items'][number]> | undefined,
): void {
  const [command] = flow.underWay.values();
  const items = (command?.batch?.items ?? []).flatMap(({ index }) => {
    const end = of(index);
    return end ? [{ index, attempts: 1, ...end }] : [];
  });
  flow.end(command?.task ?? '', { output: JSON.parse(JSON.stringify({ items })) });
}

const counted = (flow: Driver): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of flow.state.nodes.each?.items ?? []) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('a fan-out of more items than go one by one', () => {
  it('goes in batches, one after the other, each as large as it is worth', () => {
    const flow = fanOut(numbers(250));
    expect([...flow.underWay.keys()]).toEqual(['each[0-99]']);
    expect(flow.issued[0]).toMatchObject({ node: 'each', kind: 'model', config: {} });
    expect(flow.issued[0]?.batch).toMatchObject({ concurrency: 5, stopsAtFailure: false });
    expect(flow.issued[0]?.batch?.items[7]).toEqual({ index: 7, config: { prompt: 'of 7' } });
    endBatch(flow, (index) => ({ output: index }));
    endBatch(flow, (index) => ({ output: index }));
    expect([...flow.underWay.keys()]).toEqual(['each[200-249]']);
    endBatch(flow, (index) => ({ output: index }));
    expect(flow.issued.map(({ task }) => task)).toEqual(['each[0-99]', 'each[100-199]', 'each[200-249]']);
    expect(flow.state.status).toBe('succeeded');
    expect(flow.state.nodes.each?.output).toMatchObject({
      items: numbers(250).map((output) => ({ output })),
    });
    expect(fanOut(numbers(500), { concurrency: 100 }).issued[0]?.batch?.items).toHaveLength(400);
  });

  it('of up to a hundred, or of items that wait for others, goes one by one', () => {
    expect([...fanOut(numbers(100)).underWay.keys()]).toHaveLength(5);
    const items = numbers(101).map((at) => ({ id: `i${at}`, dependsOn: at === 100 ? ['i0'] : [] }));
    const config = { do: { kind: 'model', config: {} } };
    expect([...fanOut(items, config).underWay.keys()]).toHaveLength(5);
  });

  it('takes errors, attempts and usage of its items from the batch', () => {
    const flow = fanOut(numbers(101));
    const usage = { calls: 1, promptTokens: 2, completionTokens: 3 };
    endBatch(flow, (index) =>
      index === 3 ? { attempts: 4, error: { ...problem('Timeout') }, usage } : { output: null, usage },
    );
    expect(flow.state.nodes.each).toMatchObject({
      attempts: 4,
      usage: { calls: 100, completionTokens: 300 },
    });
    expect(flow.state.nodes.each?.items?.[3]).toMatchObject({ status: 'failed', error: problem('Timeout') });
    expect(counted(flow)).toEqual({ succeeded: 99, failed: 1, running: 1 });
  });

  it('fails what its batch leaves out, and everything of a batch that fails', () => {
    const flow = fanOut(numbers(150));
    endBatch(flow, (index) => (index < 10 ? { output: index } : undefined));
    expect(counted(flow)).toEqual({ succeeded: 10, failed: 90, running: 50 });
    flow.end('each[100-149]', { error: problem('Timeout') });
    expect(counted(flow)).toEqual({ succeeded: 10, failed: 140 });
    expect(flow.state.nodes.each?.items?.[140]?.error).toEqual(problem('Timeout'));
  });

  it('that stops at failures issues no further batch; what the batch did not come to is cancelled', () => {
    const flow = fanOut(numbers(150), { onItemError: 'fail' });
    endBatch(flow, (index) =>
      index < 10 ? { output: index } : index === 10 ? { error: { ...problem() } } : undefined,
    );
    expect(flow.state.error).toMatchObject({ node: 'each', message: 'item 10: it broke' });
    expect(counted(flow)).toEqual({ succeeded: 10, failed: 1, cancelled: 139 });
    expect(flow.issued).toHaveLength(1);
  });

  it('is cancelled by its batch', () => {
    const flow = fanOut(numbers(150));
    flow.send({ type: 'cancelled', at: 1 });
    expect(flow.cancelled).toEqual(['each[0-99]']);
    expect(counted(flow)).toEqual({ cancelled: 150 });
  });

  it('keeps what a batch that was cancelled had done by then, and nothing that was never begun', () => {
    const flow = fanOut(numbers(150));
    flow.send({ type: 'cancelled', at: 1 });
    const usage = { calls: 1, promptTokens: 2, completionTokens: 3 };
    const items: Json = [
      { index: 3, attempts: 2, output: 'three', usage },
      { index: 4, attempts: 1, error: { ...problem() } },
      { index: 120, attempts: 1, output: 'never' },
    ];
    expect(flow.end('each[0-99]', { output: { items } })).toEqual([]);
    expect(counted(flow)).toEqual({ succeeded: 1, failed: 1, cancelled: 148 });
    expect(flow.state.nodes.each).toMatchObject({ status: 'cancelled', attempts: 2, usage });
    expect(flow.state.nodes.each?.items?.[3]).toMatchObject({ status: 'succeeded', output: 'three' });
    expect(flow.state.status).toBe('cancelled');
  });

  it('issues its batch again as it was, after it has moved', () => {
    const flow = fanOut(numbers(250));
    endBatch(flow, (index) => ({ output: index }));
    expect(reissue(flow.program, flow.state)).toEqual([flow.issued[1]]);
  });

  it('is not changed by a batch that it has not issued, or that ends twice', () => {
    const flow = fanOut(numbers(250));
    endBatch(flow, (index) => ({ output: index }));
    const before = JSON.stringify(flow.state);
    for (const task of ['each[0-99]', 'each[100-150]', 'each[100]', 'each[200-249]'])
      flow.end(task, { output: { items: [{ index: 100, attempts: 1, output: 'late' }] } });
    expect(JSON.stringify(flow.state)).toBe(before);
  });

  it('reads of what its batch gives only what it can', () => {
    const flow = fanOut(numbers(101));
    flow.end('each[0-99]', { output: { items: [null, 'x', { index: 500, attempts: 1 }, { index: 'a' }] } });
    expect(counted(flow)).toEqual({ failed: 100, running: 1 });
  });

  it('leaves out what was done before, and fails what cannot be bound', () => {
    const items: Json = numbers(150).map((at): JsonObject => (at === 1 ? {} : { at }));
    const flow = fanOut(
      items,
      { do: { kind: 'model', config: { prompt: '{{ item.at }}' } } },
      { keptItems: { each: { 0: { item: { at: 0 }, output: 'kept', attempts: 1 } } } },
    );
    expect([...flow.underWay.keys()]).toEqual(['each[2-101]']);
    expect(flow.state.nodes.each?.items?.slice(0, 2)).toMatchObject([
      { status: 'succeeded', output: 'kept' },
      { status: 'failed', error: { type: 'ExpressionError' } },
    ]);
  });

  it('cuts a batch short where it would be given too much, or binding it takes long', () => {
    const large = fanOut(numbers(150), { do: { kind: 'model', config: { prompt: 'x'.repeat(500_000) } } });
    expect(large.issued[0]?.batch?.items.length).toBeLessThan(20);
    const ten = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]';
    const slow = { prompt: `{{ ${ten}.map(a, ${ten}.map(b, ${ten}.map(c, ${ten}.map(d, a)))) }}` };
    const flow = fanOut(numbers(150), { do: { kind: 'model', config: slow } });
    expect(flow.issued[0]?.batch?.items.length).toBeLessThan(100);
    endBatch(flow, () => ({ output: 1 }));
    expect(counted(flow).failed).toBeUndefined();
  });

  it('of which nothing can be bound ends all the same', () => {
    const flow = fanOut(numbers(1_000), { do: { kind: 'model', config: { prompt: '{{ item.nothing }}' } } });
    expect(flow.state.status).toBe('succeeded');
    expect(counted(flow)).toEqual({ failed: 1_000 });
  });
});
