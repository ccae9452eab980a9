import { expect, it } from 'vitest';
import { Driver, problem } from './testing/driver.ts';
import { edge, fanOutTraits, planNode, planOf, triggerNode } from './testing/plans.ts';
import { view } from './view.ts';

it('of a fan-out it is shown how many items are in each state', () => {
  const config = { items: [1, 2, 3], do: { kind: 'work', config: {} }, concurrency: 2 };
  const plan = planOf(
    [triggerNode('start'), planNode('each', { traits: fanOutTraits, config })],
    [edge('start>each')],
  );
  expect(view(plan, null).map(({ status, items }) => [status, items])).toEqual([
    ['pending', undefined],
    ['pending', undefined],
  ]);
  const flow = new Driver(plan);
  flow.start('start');
  flow.end('each[0]', { error: problem() });
  expect(view(plan, flow.state)[1]).toMatchObject({ status: 'running', items: { failed: 1, running: 2 } });
});
