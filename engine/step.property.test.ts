import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import { reissue } from './reissue.ts';
import { step } from './step.ts';
import { Driver } from './testing/driver.ts';
import { picker, type RandomFlow, randomFlow, timeless } from './testing/random-flows.suite.ts';
import { expectedStatuses } from './testing/reference.suite.ts';

const order = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
const anyPolicy = () => randomFlow(['fail', 'continue', 'fallback', 'branch']);

function run(flow: RandomFlow, numbers: readonly number[]): Driver {
  const driver = new Driver(flow.plan);
  driver.start(flow.trigger, { input: null });
  driver.run(flow.ends, picker(numbers));
  return driver;
}

const byTask = (commands: Iterable<ExecuteCommand>) =>
  [...commands].sort((left, right) => (left.task < right.task ? -1 : 1));

describe('any flow, its tasks ending in any order', () => {
  it('ends, with every task carried out at most once and nothing left open', () => {
    fc.assert(
      fc.property(anyPolicy(), order, (flow, numbers) => {
        const driver = run(flow, numbers);
        const { state, issued } = driver;
        expect(state.status).toMatch(/^(succeeded|failed)$/);
        expect(new Set(issued.map(({ task }) => task)).size).toBe(issued.length);
        expect(Object.values(driver.statuses()).join()).not.toMatch(/pending|running|waiting/);
        expect(Object.keys(state.edges).length === flow.plan.edges.length || state.status === 'failed').toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('ends as an interpreter without events or order says', () => {
    fc.assert(
      fc.property(anyPolicy(), order, (flow, numbers) => {
        const driver = run(flow, numbers);
        const expected = expectedStatuses(flow);
        if (expected === 'fails') expect(driver.state.status).toBe('failed');
        else expect([driver.state.status, driver.statuses()]).toEqual(['succeeded', expected]);
      }),
      { numRuns: 600 },
    );
  });

  it('ends the same in every order, its aggregates too, where no failure cancels the rest', () => {
    fc.assert(
      fc.property(randomFlow(), order, order, (flow, one, other) => {
        const first = run(flow, one).state;
        const second = run(flow, other).state;
        if (first.status === 'succeeded') expect(timeless(second)).toEqual(timeless(first));
        else expect(second.status).toBe(first.status);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same states and commands from a state that went through JSON', () => {
    fc.assert(
      fc.property(anyPolicy(), order, (flow, numbers) => {
        const driver = new Driver(flow.plan);
        driver.start(flow.trigger);
        let { state } = driver;
        const pick = picker(numbers);
        let at = 2_000;
        while (driver.underWay.size > 0) {
          const command = [...driver.underWay.values()][pick(driver.underWay.size)];
          if (!command) throw new RangeError('no such task');
          const end = flow.ends(command);
          const common = { task: command.task, attempts: 1, at: at++ };
          const event =
            'error' in end
              ? { ...common, type: 'failed' as const, error: end.error }
              : { ...common, type: 'succeeded' as const, ...end };
          const direct = step(driver.program, state, event);
          const commands = driver.send(event);
          expect(JSON.stringify(direct)).toBe(JSON.stringify({ state: driver.state, commands }));
          state = direct.state;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has moved at any moment: its commands are issued again as they were, and it ends the same', () => {
    fc.assert(
      fc.property(anyPolicy(), order, fc.nat({ max: 15 }), (flow, numbers, moment) => {
        const driver = new Driver(flow.plan);
        driver.start(flow.trigger);
        const pick = picker(numbers);
        for (let ended = 0; ended < moment && driver.underWay.size > 0; ended++) {
          const command = [...driver.underWay.values()][pick(driver.underWay.size)];
          if (command) driver.end(command.task, flow.ends(command));
        }
        const moved: FlowState = JSON.parse(JSON.stringify(driver.state));
        const again = new Driver(flow.plan);
        expect(byTask(reissue(again.program, moved))).toEqual(byTask(driver.underWay.values()));
        const there = Driver.resume(flow.plan, moved).run(flow.ends);
        const here = driver.run(flow.ends);
        expect(there.status).toBe(here.status);
        if (here.status === 'succeeded') expect(timeless(there)).toEqual(timeless(here));
      }),
      { numRuns: 300 },
    );
  });

  it('is cancelled at any moment, and nothing that comes after changes it, but for what a batch had done', () => {
    fc.assert(
      fc.property(anyPolicy(), order, fc.nat({ max: 15 }), (flow, numbers, moment) => {
        const driver = new Driver(flow.plan);
        driver.start(flow.trigger);
        const pick = picker(numbers);
        for (let ended = 0; ended < moment && driver.underWay.size > 0; ended++) {
          const command = [...driver.underWay.values()][pick(driver.underWay.size)];
          if (command) driver.end(command.task, flow.ends(command));
        }
        const open = [...driver.underWay.values()];
        const cancelledBefore = driver.cancelled.length;
        driver.send({ type: 'cancelled', at: 9_000 });
        expect(driver.cancelled.slice(cancelledBefore).sort()).toEqual(open.map(({ task }) => task).sort());
        const batches = open.filter(({ batch }) => batch).map(({ node }) => node);
        const final = () => {
          const { nodes, outputBytes: _, ...rest } = driver.state;
          const others = Object.entries(nodes).filter(([id]) => !batches.includes(id));
          return JSON.stringify([rest, others, driver.statuses()]);
        };
        const before = final();
        for (const command of open) expect(driver.end(command.task, flow.ends(command))).toEqual([]);
        expect(final()).toBe(before);
      }),
      { numRuns: 150 },
    );
  });
});
