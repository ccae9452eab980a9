import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../contracts/json.ts';
import { runLimits } from './limits.ts';
import { reissue } from './reissue.ts';
import { Driver, problem } from './testing/driver.ts';
import { edge, fanOutTraits, planNode, planOf, triggerNode } from './testing/plans.ts';

function fanOut(items: Json, config: JsonObject = {}): Driver {
  const each = planNode('each', {
    config: {
      items,
      do: { kind: 'model', config: { prompt: '{{ index }}: {{ item.id }}' } },
      concurrency: 2,
      ...config,
    },
    traits: fanOutTraits,
  });
  const flow = new Driver(
    planOf([triggerNode('start'), each, planNode('after')], [edge('start>each'), edge('each>after')]),
  );
  flow.start('start', { input: { list: items } });
  return flow;
}

const ids = (...names: string[]): JsonObject[] => names.map((id) => ({ id }));
const statuses = (flow: Driver) => flow.state.nodes.each?.items?.map(({ status }) => status);

describe('a fan-out', () => {
  it('has at most as many items under way as its concurrency says, in their order', () => {
    const flow = fanOut('{{ trigger.input.list }}', { items: ids('a', 'b', 'c') });
    expect([...flow.underWay.keys()]).toEqual(['each[0]', 'each[1]']);
    expect(flow.issued[1]).toMatchObject({
      node: 'each',
      item: 1,
      kind: 'model',
      config: { prompt: '1: b' },
    });
    flow.end('each[1]', { output: 'B' });
    expect([...flow.underWay.keys()]).toEqual(['each[0]', 'each[2]']);
  });

  it('collects its items by index whatever the order they end in', () => {
    const flow = fanOut(ids('a', 'b'));
    flow.end('each[1]', { output: 'B' });
    flow.end('each[0]', { error: problem('Timeout') });
    expect(flow.state.nodes.each).toMatchObject({
      status: 'succeeded',
      attempts: 1,
      output: {
        items: [
          { index: 0, status: 'failed', output: null, error: problem('Timeout') },
          { index: 1, status: 'succeeded', output: 'B', error: null },
        ],
      },
    });
    expect(flow.statuses().after).toBe('running');
  });

  it('of nothing succeeds at once', () => {
    const flow = fanOut([]);
    expect(flow.state.nodes.each).toMatchObject({ status: 'succeeded', output: { items: [] } });
    expect(flow.statuses().after).toBe('running');
  });

  it('of something that is no list fails as InvalidInput, of too many items as RunLimit', () => {
    expect(fanOut('{{ 1 }}').state.error).toMatchObject({ node: 'each', type: 'InvalidInput' });
    expect(fanOut(Array(1_001).fill(1)).state.error).toMatchObject({ node: 'each', type: 'RunLimit' });
    expect(fanOut([], { concurrency: '{{ "many" }}' }).state.error).toMatchObject({ type: 'InvalidInput' });
  });

  it('starts an item once those it depends on have succeeded; ids that nobody has do not count', () => {
    const flow = fanOut([{ id: 'late', dependsOn: ['early', 'unknown'] }, { id: 'early' }, { id: 'free' }], {
      concurrency: 5,
    });
    expect([...flow.underWay.keys()]).toEqual(['each[1]', 'each[2]']);
    flow.end('each[1]', { output: null });
    expect([...flow.underWay.keys()]).toEqual(['each[2]', 'each[0]']);
  });

  it('fails what depends on a failed item, however far', () => {
    const flow = fanOut([{ id: 'c', dependsOn: ['b'] }, { id: 'b', dependsOn: ['a'] }, { id: 'a' }]);
    flow.end('each[2]', { error: problem() });
    expect(statuses(flow)).toEqual(['failed', 'failed', 'failed']);
    expect(flow.state.nodes.each?.items?.[0]?.error?.type).toBe('DependencyFailed');
    expect(flow.statuses().each).toBe('succeeded');
  });

  it('fails items in a cycle and behind it, and carries the others out', () => {
    const flow = fanOut([
      { id: 'a', dependsOn: ['b'] },
      { id: 'b', dependsOn: ['a'] },
      { id: 'self', dependsOn: ['self'] },
      { id: 'behind', dependsOn: ['a'] },
      { id: 'free' },
    ]);
    expect(statuses(flow)).toEqual(['failed', 'failed', 'failed', 'failed', 'running']);
    flow.end('each[4]', { output: 1 });
    expect(flow.state.nodes.each?.output).toMatchObject({
      items: [{ error: { type: 'DependencyFailed' } }, {}, {}, {}, { output: 1 }],
    });
  });

  it('that stops at failures fails with the first and cancels the rest', () => {
    const flow = fanOut(ids('a', 'b', 'c'), { onItemError: 'fail' });
    flow.end('each[1]', { error: problem('HttpStatus', 'it said 404') });
    expect(flow.state.error).toMatchObject({
      node: 'each',
      type: 'HttpStatus',
      message: 'item 1: it said 404',
    });
    expect(flow.cancelled).toEqual(['each[0]']);
    expect(statuses(flow)).toEqual(['cancelled', 'failed', 'cancelled']);
  });

  it('that stops at failures lets the flow end where its own error is handled', () => {
    const each = planNode('each', {
      config: {
        items: ids('a', 'b'),
        do: { kind: 'model', config: {} },
        concurrency: 2,
        onItemError: 'fail',
      },
      traits: fanOutTraits,
      onError: { action: 'continue' },
    });
    const flow = new Driver(planOf([triggerNode('start'), each], [edge('start>each')]));
    flow.start('start');
    flow.end('each[0]', { error: problem() });
    expect(flow.cancelled).toEqual(['each[1]']);
    expect(flow.state.status).toBe('succeeded');
  });

  it('is not changed by items that end twice, or that it does not have', () => {
    const flow = fanOut(ids('a', 'b', 'c'));
    flow.end('each[0]', { output: 'first' });
    const before = JSON.stringify(flow.state);
    for (const task of ['each[0]', 'each[3]', 'each[99]', 'each']) flow.end(task, { output: 'late' });
    flow.send({ type: 'waiting', task: 'each[1]', at: 1 });
    expect(JSON.stringify(flow.state)).toBe(before);
  });

  it('cancels its items with the flow', () => {
    const flow = fanOut(ids('a', 'b', 'c'));
    flow.send({ type: 'cancelled', at: 1 });
    expect(flow.cancelled).toEqual(['each[0]', 'each[1]']);
    expect(statuses(flow)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('fails an item whose config cannot be bound, and that alone', () => {
    const flow = fanOut([{ id: 'a' }, { name: 'without id' }]);
    expect(statuses(flow)).toEqual(['running', 'failed']);
    expect(flow.state.nodes.each?.items?.[1]?.error?.type).toBe('ExpressionError');
  });

  it('fails an item whose output is over the limit, and itself when all together are', () => {
    const one = fanOut(ids('a', 'b'));
    one.end('each[0]', { output: 'x'.repeat(runLimits.nodeOutputBytes) });
    expect(one.state.nodes.each?.items?.[0]).toMatchObject({ status: 'failed', error: { type: 'RunLimit' } });
    const all = fanOut(ids('a', 'b'));
    all.end('each[0]', { output: 'x'.repeat(runLimits.nodeOutputBytes - 10) });
    all.end('each[1]', { output: 'x'.repeat(runLimits.nodeOutputBytes - 10) });
    expect(all.state.error).toMatchObject({ node: 'each', type: 'RunLimit' });
  });

  it('adds up what its items used, and counts the most attempts', () => {
    const flow = fanOut(ids('a', 'b'));
    const usage = { calls: 1, promptTokens: 10, completionTokens: 5 };
    for (const [index, attempts] of [3, 1].entries())
      flow.send({ type: 'succeeded', task: `each[${index}]`, output: null, attempts, usage, at: 1 });
    expect(flow.state.nodes.each).toMatchObject({
      attempts: 3,
      usage: { calls: 2, promptTokens: 20, completionTokens: 10 },
    });
  });

  it('issues its items again as they first were, after it has moved', () => {
    const flow = fanOut(ids('a', 'b', 'c'));
    flow.end('each[0]', { output: null });
    expect(reissue(flow.program, flow.state)).toEqual([flow.issued[1], flow.issued[2]]);
  });

  it('keeps what its kind leaves raw', () => {
    const config = { prompt: '{{ item.id }}', schema: { '{{': '{{ raw }}' } };
    const flow = fanOut(ids('a'), {
      do: { kind: 'model', config, traits: { raw: ['schema'], expressions: [] } },
    });
    expect(flow.issued[0]?.config).toEqual({ prompt: 'a', schema: { '{{': '{{ raw }}' } });
  });
});
