import { expect, it } from 'vitest';
import { measureSteps } from './steps.ts';

it('a step of a flow of 500 nodes costs little more than one of a flow of 20', () => {
  const [small, large] = [20, 500].map((nodes) => measureSteps(nodes).stepsPerSecond);
  expect(large).toBeGreaterThan((small ?? 0) / 4);
});
