import { describe, expect, it } from 'vitest';
import type { Preset } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { runLimits } from './limits.ts';
import { Driver, problem } from './testing/driver.ts';
import { edge, fanOutTraits, planNode, planOf, triggerNode } from './testing/plans.ts';

const done = (output: Json, port?: string): Preset => ({
  status: 'succeeded',
  output,
  attempts: 2,
  ...(port && { port }),
});
const failed: Preset = { status: 'failed', error: problem('HttpStatus', 'it was away'), attempts: 3 };

function chain(onError: 'fail' | 'continue' | 'branch' = 'fail'): Driver {
  return new Driver(
    planOf(
      [
        triggerNode('start'),
        planNode('a', { onError: { action: onError } }),
        planNode('b', { config: { seen: '{{ nodes.a.output }}' } }),
        planNode('rescue'),
      ],
      [edge('start>a'), edge('a>b'), edge('a:error>rescue'), edge('a:left>rescue')],
    ),
  );
}

describe('a node whose result is given beforehand', () => {
  it('is not done; what comes after it is, with that result', () => {
    const flow = chain();
    flow.start('start', {}, { presets: { a: done({ n: 1 }) } });
    expect(flow.issued.map(({ task, config }) => [task, config])).toEqual([['b', { seen: { n: 1 } }]]);
    expect(flow.state.nodes.a).toMatchObject({ status: 'succeeded', output: { n: 1 }, attempts: 2 });
    expect(flow.state.presets).toEqual({});
  });

  it('leaves by the port that it left by', () => {
    const flow = chain();
    flow.start('start', {}, { presets: { a: done(null, 'left') } });
    expect([...flow.underWay.keys()]).toEqual(['b', 'rescue']);
    expect(flow.state.nodes.a?.port).toBe('left');
  });

  it.each([
    ['fail', [], 'failed'],
    ['continue', ['b'], 'running'],
    ['branch', ['rescue'], 'running'],
  ] as const)('that failed is handled by its policy: %s', (action, tasks, status) => {
    const flow = chain(action);
    flow.start('start', {}, { presets: { a: failed } });
    expect([...flow.underWay.keys()]).toEqual(tasks);
    expect(flow.state.status).toBe(status);
    expect(flow.state.nodes.a).toMatchObject({ status: 'failed', error: failed.error, attempts: 3 });
  });

  it('may be the trigger', () => {
    const flow = chain();
    flow.start('start', { input: 'asked' }, { presets: { start: done('given') } });
    expect(flow.state.nodes.start?.output).toBe('given');
  });

  it('that no edge leads to is skipped all the same', () => {
    const flow = chain();
    flow.start('start', {}, { presets: { rescue: done(1), a: done(1) } });
    flow.end('b', { output: null });
    expect(flow.statuses().rescue).toBe('skipped');
  });

  it('that is too large fails as one that was done', () => {
    const flow = chain();
    flow.start('start', {}, { presets: { a: done('x'.repeat(runLimits.nodeOutputBytes)) } });
    expect(flow.state.error).toMatchObject({ node: 'a', type: 'RunLimit' });
  });
});

describe('a flow of which only a part is done', () => {
  it('begins there, whatever the edges to it say, with the results that were given', () => {
    const flow = new Driver(
      planOf(
        [
          triggerNode('start'),
          planNode('a'),
          planNode('b', { config: { x: '{{ nodes.a.output }}' } }),
          planNode('c'),
        ],
        [edge('start>a', 'false'), edge('a>b', 'nodes.a.output.missing'), edge('b>c')],
      ),
    );
    flow.start('start', {}, { only: ['b'], presets: { a: done(7) } });
    expect(flow.issued.map(({ task, config }) => [task, config])).toEqual([['b', { x: 7 }]]);
    flow.end('b', { output: 'done' });
    expect(flow.state.status).toBe('succeeded');
    expect(flow.statuses()).toEqual({ start: 'succeeded', a: 'succeeded', b: 'succeeded', c: 'skipped' });
    expect(flow.state.edges).toEqual({ 0: 'fired', 1: 'fired', 2: 'dead' });
  });

  it('up to a node decides its own edges as always, and does nothing behind it', () => {
    const flow = chain();
    flow.start('start', {}, { only: ['start', 'a'] });
    flow.end('a', { output: 1, port: 'left' });
    expect(flow.statuses()).toEqual({ start: 'succeeded', a: 'succeeded', b: 'skipped', rescue: 'skipped' });
    expect(flow.state.status).toBe('succeeded');
  });

  it('does not fail for an error that the rest of the flow would have handled', () => {
    const flow = chain('branch');
    flow.start('start', {}, { only: ['start', 'a'] });
    flow.end('a', { error: problem() });
    expect([flow.state.status, flow.statuses().a]).toEqual(['succeeded', 'failed']);
  });
});

describe('items of a fan-out that were done before', () => {
  const each = planNode('each', {
    config: { items: '{{ trigger.input }}', do: { kind: 'work', config: {} }, concurrency: 10 },
    traits: fanOutTraits,
  });
  const flow = () => new Driver(planOf([triggerNode('start'), each], [edge('start>each')]));

  it('are not done again while they are the same, whatever the order of their fields', () => {
    const input: Json = [{ id: 'a', n: [1] }, { id: 'b' }, { id: 'c' }];
    const again = flow();
    const keptItems = {
      each: {
        0: { item: { n: [1], id: 'a' }, output: 'A', attempts: 4 },
        2: { item: { id: 'other' }, output: 'C', attempts: 1 },
      },
    };
    again.start('start', { input }, { keptItems });
    expect([...again.underWay.keys()]).toEqual(['each[1]', 'each[2]']);
    again.end('each[1]', { output: 'B' });
    again.end('each[2]', { output: 'new' });
    expect(again.state.nodes.each).toMatchObject({
      attempts: 4,
      output: { items: [{ output: 'A' }, { output: 'B' }, { output: 'new' }] },
    });
    expect(again.state.keptItems).toEqual({});
  });

  it('may be all there are', () => {
    const again = flow();
    again.start('start', { input: [1] }, { keptItems: { each: { 0: { item: 1, output: 1, attempts: 1 } } } });
    expect(again.state.status).toBe('succeeded');
  });
});
