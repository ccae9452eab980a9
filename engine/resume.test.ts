import { describe, expect, it } from 'vitest';
import type { FlowPlan, PlanNode } from '../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { pinnedOf } from './given.ts';
import { partial, ResumeRefused, resultOf, resumption, type Start } from './resume.ts';
import { Driver, problem, type TaskEnd } from './testing/driver.ts';
import { edge, fanOutTraits, planNode, planOf, triggerNode } from './testing/plans.ts';

const nodes = (change: Partial<Record<string, Partial<PlanNode>>> = {}): PlanNode[] => [
  triggerNode('start'),
  ...['a', 'b', 'c', 'other'].map((id) => planNode(id, change[id])),
];
const edges = [edge('start>a'), edge('a>b'), edge('b>c'), edge('start>other')];
const plan = (change: Partial<Record<string, Partial<PlanNode>>> = {}): FlowPlan =>
  planOf(nodes(change), edges);

/** Runs a flow to its end; what fails is named, all else gives its own task as output. */
function ended(flow: FlowPlan, fails: string[] = [], start: Start = {}): Driver {
  const driver = new Driver(flow);
  driver.start('start', { input: 'order' }, start);
  driver.run(({ task }): TaskEnd => (fails.includes(task) ? { error: problem() } : { output: `of ${task}` }));
  return driver;
}

const tasks = (driver: Driver) => driver.issued.map(({ task }: ExecuteCommand) => task).sort();
const presets = (start: Start) => Object.keys(start.presets ?? {}).sort();

describe('a failed run goes on', () => {
  it('from what failed, with the finished results of all else', () => {
    const old = ended(plan(), ['b']);
    const start = resumption({ plan: plan(), state: old.state }, plan());
    expect(presets(start)).toEqual(['a', 'other']);
    const again = ended(plan(), [], start);
    expect(tasks(again)).toEqual(['b', 'c']);
    expect(again.state.nodes.a?.output).toBe('of a');
    expect(again.state.status).toBe('succeeded');
  });

  it('from what was cancelled with it', () => {
    const driver = new Driver(plan());
    driver.start('start');
    driver.end('a', { error: problem() });
    expect(driver.statuses().other).toBe('cancelled');
    expect(presets(resumption({ plan: plan(), state: driver.state }, plan()))).toEqual([]);
  });

  it('from a node that succeeded, when it is named', () => {
    const old = ended(plan());
    const start = resumption({ plan: plan(), state: old.state }, plan(), { fromNode: 'b' });
    expect(tasks(ended(plan(), [], start))).toEqual(['b', 'c']);
  });

  it('with the edges and nodes of the corrected version', () => {
    const old = ended(plan(), ['c']);
    const next = planOf(
      [...nodes(), planNode('between')],
      [edge('start>a'), edge('a>b'), edge('b>between'), edge('between>c'), edge('start>other')],
    );
    expect(tasks(ended(next, [], resumption({ plan: plan(), state: old.state }, next)))).toEqual([
      'between',
      'c',
    ]);
  });

  it('with outputs that replace those of the run; what is behind them is done again', () => {
    const old = ended(plan());
    const start = resumption({ plan: plan(), state: old.state }, plan(), { overrides: { b: { n: 1 } } });
    const again = ended(plan(), [], start);
    expect(tasks(again)).toEqual(['c']);
    expect(again.state.nodes.b?.output).toEqual({ n: 1 });
  });

  it('past a failed node whose output is given', () => {
    const old = ended(plan(), ['b']);
    const start = resumption({ plan: plan(), state: old.state }, plan(), { overrides: { b: 'by hand' } });
    expect(tasks(ended(plan(), [], start))).toEqual(['c']);
  });

  it('doing again what is of another kind by now, and what is behind it', () => {
    const old = ended(plan(), ['c']);
    const start = resumption({ plan: plan(), state: old.state }, plan({ b: { kind: 'other' } }));
    expect(presets(start)).toEqual(['a', 'other']);
  });

  it('with what its fallback gave, and with results that it had itself been given and not come to', () => {
    const change = { a: { onError: { action: 'fallback' as const, value: 'instead' } } };
    const first = new Driver(plan(change));
    first.start('start', {}, { presets: { c: { status: 'succeeded', output: 'pinned', attempts: 0 } } });
    first.end('a', { error: problem() });
    first.end('b', { error: problem() });
    const start = resumption({ plan: plan(change), state: first.state }, plan(change));
    const again = ended(plan(change), [], start);
    expect(tasks(again)).toEqual(['b', 'other']);
    expect(again.state.nodes.a).toMatchObject({ status: 'succeeded', output: 'instead', error: problem() });
    expect(again.state.nodes.c?.output).toBe('pinned');
  });

  it('not with a version that lacks the node: it is told which', () => {
    const old = ended(plan(), ['b']);
    const without = planOf(
      nodes().filter(({ id }) => id !== 'b'),
      [edge('start>a'), edge('start>other')],
    );
    const refused = (request?: Parameters<typeof resumption>[2], next = without) => {
      try {
        resumption({ plan: plan(), state: old.state }, next, request);
      } catch (error) {
        if (error instanceof ResumeRefused) return [error.code, ...error.nodes, error.message];
      }
      return [];
    };
    expect(refused()).toEqual(['unknown_node', 'b', 'Version 1 of test has no node `b`.']);
    const draft = { ...without, flow: { id: 'test', version: 0, draft: true as const } };
    expect(refused({}, draft).at(-1)).toBe('The draft of test has no node `b`.');
    expect(refused({ fromNode: 'lost' }).slice(0, 2)).toEqual(['unknown_node', 'lost']);
    expect(refused({ overrides: { gone: 1 } }).slice(1, 3)).toEqual(['b', 'gone']);
    expect(refused({ fromNode: 'a' })).toEqual([]);
  });

  it('not when nothing failed and no node is named', () => {
    const old = ended(plan());
    expect(() => resumption({ plan: plan(), state: old.state }, plan())).toThrow(
      /nothing in the run failed/i,
    );
  });
});

describe('a fan-out with failed items', () => {
  const flow = (config: Json = '{{ trigger.input }}', work = 'work') =>
    planOf(
      [
        triggerNode('start'),
        planNode('each', {
          traits: fanOutTraits,
          config: { items: config, do: { kind: work, config: {} }, concurrency: 2, onItemError: 'continue' },
        }),
        planNode('after'),
      ],
      [edge('start>each'), edge('each>after')],
    );
  const run = (next: FlowPlan, input: Json, start: Start = {}, fails: string[] = []): Driver => {
    const driver = new Driver(next);
    driver.start('start', { input }, start);
    driver.run(({ task }) => (fails.includes(task) ? { error: problem() } : { output: `of ${task}` }));
    return driver;
  };

  it('does only those again, and what is behind it', () => {
    const old = run(flow(), ['x', 'y', 'z'], {}, ['each[1]']);
    expect(old.state.status).toBe('succeeded');
    const start = resumption({ plan: flow(), state: old.state }, flow());
    expect(start.keptItems?.each?.[2]).toEqual({ item: 'z', output: 'of each[2]', attempts: 1 });
    const again = run(flow(), ['x', 'y', 'z'], start);
    expect(tasks(again)).toEqual(['after', 'each[1]']);
    expect(again.state.nodes.each?.output).toEqual(run(flow(), ['x', 'y', 'z']).state.nodes.each?.output);
  });

  it('does all of them again when it is named, or does something else by now', () => {
    const old = run(flow(), ['x', 'y'], {}, ['each[1]']);
    const state = { plan: flow(), state: old.state };
    expect(resumption(state, flow(), { fromNode: 'each' }).keptItems).toEqual({});
    expect(resumption(state, flow(undefined, 'other')).keptItems).toEqual({});
  });

  it('does items again that are not what they were', () => {
    const old = run(flow(), ['x', 'y'], {}, ['each[1]']);
    const next = flow(['new', 'y']);
    const again = run(next, ['x', 'y'], resumption({ plan: flow(), state: old.state }, next));
    expect(tasks(again)).toEqual(['after', 'each[0]', 'each[1]']);
  });
});

describe('a part of a flow', () => {
  it('is one node with the outputs that were given, and the port that they say', () => {
    const start = partial(plan(), { node: 'b', mode: 'only', outputs: { a: 1, b: 'ignored' } });
    expect(start).toEqual({ only: ['b'], presets: { a: { status: 'succeeded', output: 1, attempts: 0 } } });
    expect(tasks(ended(plan(), [], start))).toEqual(['b']);
  });

  it('is all that leads to a node, but what has an output', () => {
    const start = partial(plan(), { node: 'c', mode: 'upTo', outputs: { b: 1, other: 2 } });
    expect(start.only?.toSorted()).toEqual(['a', 'b', 'c', 'start']);
    expect(presets(start)).toEqual(['b']);
    expect(tasks(ended(plan(), [], start))).toEqual(['a', 'c']);
  });

  it('takes the ports of nodes from their outputs', () => {
    const outputPort = { field: 'decision', ports: { approve: 'approved' } };
    const flow = planOf(
      [triggerNode('start'), planNode('check'), planNode('ask', { traits: { outputPort } }), planNode('end')],
      [edge('start>check'), edge('check:true>ask'), edge('ask:approved>end')],
    );
    const outputs = { check: true, ask: { decision: 'approve' } };
    expect(partial(flow, { node: 'end', mode: 'upTo', outputs }).presets).toMatchObject({
      check: { port: 'true' },
      ask: { port: 'approved' },
    });
    expect(
      partial(flow, { node: 'end', mode: 'only', outputs: { check: false, ask: null } }).presets,
    ).toEqual({
      check: { status: 'succeeded', output: false, attempts: 0 },
      ask: { status: 'succeeded', output: null, attempts: 0 },
    });
  });

  it('of a flow without the node is refused', () => {
    expect(() => partial(plan(), { node: 'lost', mode: 'only' })).toThrow(ResumeRefused);
  });

  it('may begin with what a draft has pinned', () => {
    const document = {
      nodes: [
        { id: 'a', kind: 'http', pinned: { status: 200 } },
        { id: 'b', kind: 'http' },
      ],
    };
    expect(pinnedOf(document)).toEqual({ a: { status: 200 } });
  });
});

describe('the output of a flow', () => {
  it('is that of the node where it ended, or several by node', () => {
    expect(resultOf(plan(), ended(plan()).state)).toEqual({ c: 'of c', other: 'of other' });
    const one = partial(plan(), { node: 'b', mode: 'upTo' });
    expect(resultOf(plan(), ended(plan(), [], one).state)).toBe('of b');
  });

  it('is null when nothing succeeded', () => {
    const alone = planOf([triggerNode('start')], []);
    expect(resultOf(alone, ended(alone, [], { only: [] }).state)).toBe('order');
    expect(resultOf(plan(), ended(plan(), ['a']).state)).toBeNull();
  });
});
