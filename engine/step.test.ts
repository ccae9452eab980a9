import { describe, expect, it } from 'vitest';
import type { PlanEdge, PlanNode } from '../contracts/flow-plan.ts';
import { runLimits } from './limits.ts';
import { compile } from './program.ts';
import { reissue } from './reissue.ts';
import { step } from './step.ts';
import { Driver, problem } from './testing/driver.ts';
import { edge, planNode, planOf, triggerNode } from './testing/plans.ts';

function started(nodes: PlanNode[], edges: PlanEdge[], input = {}): Driver {
  const flow = new Driver(planOf([triggerNode('start'), ...nodes], edges));
  flow.start('start', input);
  return flow;
}

const large = 'x'.repeat(runLimits.nodeOutputBytes);

describe('edges', () => {
  it('leave by the port that the node ended with, and by success', () => {
    const flow = started(
      [planNode('check'), planNode('yes'), planNode('no'), planNode('both')],
      [edge('start>check'), edge('check:true>yes'), edge('check:false>no'), edge('check>both')],
    );
    flow.end('check', { output: null, port: 'true' });
    expect(flow.statuses()).toMatchObject({ yes: 'running', no: 'skipped', both: 'running' });
  });

  it('are dead when their condition is false, which ends no flow', () => {
    const flow = started(
      [planNode('a'), planNode('b')],
      [edge('start>a'), edge('a>b', 'nodes.a.output > 1')],
    );
    flow.end('a', { output: 1 });
    expect(flow.state.status).toBe('succeeded');
    expect(flow.statuses()).toMatchObject({ a: 'succeeded', b: 'skipped' });
  });

  it('let a node run once all are decided and one has fired', () => {
    const flow = started(
      [planNode('a'), planNode('b'), planNode('both')],
      [edge('start>a'), edge('start>b'), edge('a>both', 'false'), edge('b>both')],
    );
    flow.end('a', { output: null });
    expect(flow.statuses().both).toBe('pending');
    flow.end('b', { output: null });
    expect(flow.statuses().both).toBe('running');
  });

  it('fail their source when their condition cannot be evaluated or is no boolean', () => {
    for (const when of ['nodes.a.output.missing', '1', "'x' +", 'nodes.nobody.output']) {
      const flow = started([planNode('a'), planNode('b')], [edge('start>a'), edge('a>b', when)]);
      flow.end('a', { output: {} });
      expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'a', type: 'ExpressionError' } });
      expect(flow.state.nodes.a).not.toHaveProperty('output');
      expect(flow.statuses()).toMatchObject({ a: 'failed', b: 'cancelled' });
    }
  });

  it('with a broken condition hand their source to its error policy, once', () => {
    const nodes = (action: PlanNode['onError']['action']) => [
      planNode('a', { onError: { action } }),
      planNode('b'),
      planNode('c'),
    ];
    const edges = [edge('start>a'), edge('a>b', 'nodes.a.output.missing'), edge('a>c')];
    const onward = started(nodes('continue'), edges);
    onward.end('a', { output: {} });
    expect(onward.statuses()).toMatchObject({ a: 'failed', b: 'skipped', c: 'running' });
    const branched = started(nodes('branch'), [...edges.slice(0, 2), edge('a:error>c')]);
    branched.end('a', { output: {} });
    expect(branched.statuses()).toMatchObject({ a: 'failed', b: 'skipped', c: 'running' });
  });
});

describe('errors', () => {
  const next = [edge('start>a'), edge('a>b')];

  it('under `fail` end the flow and cancel what is in flight', () => {
    const flow = started(
      [planNode('a'), planNode('slow'), planNode('b')],
      [...next, edge('start>slow'), edge('slow>b')],
    );
    flow.end('a', { error: problem('Timeout') });
    expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'a', type: 'Timeout' } });
    expect(flow.cancelled).toEqual(['slow']);
    expect(flow.statuses()).toEqual({ start: 'succeeded', a: 'failed', slow: 'cancelled', b: 'cancelled' });
  });

  it('under `fail` take back what the same step would have begun', () => {
    const flow = started(
      [
        planNode('a'),
        planNode('fine'),
        planNode('broken', { config: { text: '{{ nodes.a.output.missing }}' } }),
      ],
      [edge('start>a'), edge('a>fine'), edge('a>broken')],
    );
    expect(flow.end('a', { output: {} })).toEqual([]);
    expect(flow.statuses()).toMatchObject({ fine: 'cancelled', broken: 'failed' });
  });

  it('under `continue` fire success edges with a null output and the error set', () => {
    const flow = started(
      [
        planNode('a', { onError: { action: 'continue' } }),
        planNode('b', { config: { text: '{{ nodes.a.output == null }} {{ nodes.a.error.type }}' } }),
      ],
      next,
    );
    flow.end('a', { error: problem('HttpStatus') });
    expect(flow.issued.at(-1)?.config).toEqual({ text: 'true HttpStatus' });
  });

  it('under `fallback` put the value in place of the output', () => {
    const flow = started(
      [
        planNode('a', { onError: { action: 'fallback', value: { n: 1 } } }),
        planNode('b', { config: { n: '{{ nodes.a.output.n }}', error: '{{ nodes.a.error }}' } }),
      ],
      next,
    );
    flow.end('a', { error: problem() });
    expect(flow.issued.at(-1)?.config).toEqual({ n: 1, error: null });
  });

  it('under `branch` fire the error edges only', () => {
    const flow = started(
      [planNode('a', { onError: { action: 'branch' } }), planNode('b'), planNode('c')],
      [...next, edge('a:error>c', "nodes.a.error.type == 'Timeout'")],
    );
    flow.end('a', { error: problem('Timeout') });
    expect(flow.statuses()).toMatchObject({ b: 'skipped', c: 'running' });
    flow.end('c', { output: null });
    expect(flow.state.status).toBe('succeeded');
  });

  it('that no error edge takes fail the flow even under `branch`', () => {
    const flow = started(
      [planNode('a', { onError: { action: 'branch' } }), planNode('c')],
      [edge('start>a'), edge('a:error>c', 'false')],
    );
    flow.end('a', { error: problem('Timeout') });
    expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'a', type: 'Timeout' } });
  });

  it('of templates fail the node they stand in', () => {
    const flow = started([planNode('a', { config: { text: '{{ trigger.input.x }}' } })], [edge('start>a')]);
    expect(flow.issued).toEqual([]);
    expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'a', type: 'ExpressionError' } });
  });

  it('that the engine finds speak the language of the person', () => {
    const program = compile(
      planOf([triggerNode('start'), planNode('a', { config: { x: '{{ 1 / 0 }}' } })], [edge('start>a')]),
    );
    const { state } = step(program, null, { type: 'started', trigger: 'start', input: {}, at: 0 }, 'zh');
    expect(state.error?.userMessage).toContain('流程');
  });
});

describe('expensive flows', () => {
  it('spend a bounded amount of work in one step, however many nodes it reaches', () => {
    const loop = '{{ trigger.input.map(a, trigger.input.map(b, trigger.input.map(c, a))).size() }}';
    const nodes = Array.from({ length: 200 }, (_, at) =>
      planNode(`n${at}`, { config: { x: loop }, onError: { action: 'continue' } }),
    );
    const begin = performance.now();
    const flow = started(
      nodes,
      nodes.map(({ id }) => edge(`start>${id}`)),
      { input: Array.from({ length: 1_000 }, (_, at) => at) },
    );
    // Some 100 ms on an idle machine; one after the other without a common bound they would take 4 s.
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect(flow.state.status).toBe('succeeded');
    expect(flow.state.nodes.n199).toMatchObject({ status: 'failed', error: { type: 'ExpressionError' } });
  });
});

describe('triggers', () => {
  it('fire one at a time; the others are skipped with what only they lead to', () => {
    const flow = new Driver(
      planOf(
        [triggerNode('one'), triggerNode('two'), planNode('a'), planNode('b'), planNode('both')],
        [edge('one>a'), edge('two>b'), edge('a>both'), edge('b>both')],
      ),
    );
    flow.start('two', { input: { n: 7 } });
    expect(flow.statuses()).toEqual({
      one: 'skipped',
      two: 'succeeded',
      a: 'skipped',
      b: 'running',
      both: 'pending',
    });
    expect(flow.state.nodes.two?.output).toEqual({ n: 7 });
  });

  it('that do not exist fail the flow at once', () => {
    const flow = new Driver(planOf([triggerNode('start'), planNode('a')], [edge('start>a')]));
    expect(flow.start('a')).toEqual([]);
    expect(flow.state).toMatchObject({ status: 'failed', error: { type: 'FlowInvalid', node: 'a' } });
  });

  it('refuse an input that is too large or too deep for a state', () => {
    const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    for (const input of [large, deep]) {
      const flow = new Driver(planOf([triggerNode('start')], []));
      flow.start('start', { input });
      expect(flow.state).toMatchObject({ status: 'failed', error: { type: 'RunLimit' } });
    }
  });
});

describe('events', () => {
  const simple = () => started([planNode('a'), planNode('b')], [edge('start>a'), edge('a>b')]);

  it('mark a node waiting until it goes on or ends', () => {
    const flow = simple();
    flow.send({ type: 'waiting', task: 'a', at: 5_000 });
    expect(flow.statuses().a).toBe('waiting');
    expect(reissue(flow.program, flow.state)).toEqual([flow.issued[0]]);
    flow.send({ type: 'resumed', task: 'a', at: 5_001 });
    expect(flow.statuses().a).toBe('running');
    flow.send({ type: 'waiting', task: 'a', at: 5_002 });
    flow.end('a', { output: null });
    expect(flow.statuses()).toMatchObject({ a: 'succeeded', b: 'running' });
  });

  it('that come late, twice or for no task change nothing', () => {
    const flow = simple();
    flow.end('a', { output: 1 });
    const before = JSON.stringify(flow.state);
    for (const task of ['a', 'start', 'nobody', 'a[0]', 'constructor', 'b[', '']) {
      expect(flow.end(task, { output: 2 })).toEqual([]);
      expect(flow.end(task, { error: problem() })).toEqual([]);
    }
    flow.start('start');
    expect(JSON.stringify(flow.state)).toBe(before);
  });

  it('leave the state that they are taken from as it is, and states made of one apart', () => {
    const { program, state: first } = simple();
    const before = JSON.stringify(first);
    const common = { task: 'a', attempts: 1, at: 5_000 };
    const one = step(program, first, { ...common, type: 'succeeded', output: 1 }).state;
    const other = step(program, first, { ...common, type: 'failed', error: problem() }).state;
    expect([one.nodes.a?.status, other.nodes.a?.status]).toEqual(['succeeded', 'failed']);
    expect(JSON.stringify(first)).toBe(before);
    const changed = { ...one, nodes: { ...one.nodes, b: { status: 'running' as const, attempts: 0 } } };
    const last = step(program, changed, { ...common, task: 'b', type: 'succeeded', output: 2 }).state;
    expect(last.nodes.b).toMatchObject({ status: 'succeeded', output: 2 });
  });

  it('cancel the flow and everything under way', () => {
    const flow = simple();
    flow.send({ type: 'cancelled', at: 9_000 });
    expect(flow.cancelled).toEqual(['a']);
    expect(flow.state).toMatchObject({ status: 'cancelled', finishedAt: 9_000 });
    expect(flow.statuses()).toEqual({ start: 'succeeded', a: 'cancelled', b: 'cancelled' });
    expect(flow.end('a', { output: null })).toEqual([]);
    expect(flow.state.status).toBe('cancelled');
  });

  it('with outputs that are too large together fail the node that goes over', () => {
    const ids = Array.from({ length: 11 }, (_, at) => `n${at}`);
    const flow = started(
      ids.map((id) => planNode(id, { onError: { action: 'continue' } })),
      ids.map((id) => edge(`start>${id}`)),
    );
    for (const id of ids) flow.end(id, { output: large.slice(0, -100) });
    expect(flow.state.nodes.n9?.status).toBe('succeeded');
    expect(flow.state.nodes.n10?.error).toMatchObject({ type: 'RunLimit' });
    expect(flow.state.outputBytes).toBeLessThan(runLimits.outputBytes);
  });

  it('with an output over the limit fail the node as RunLimit', () => {
    for (const output of [large, JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)]) {
      const flow = simple();
      flow.end('a', { output });
      expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'a', type: 'RunLimit' } });
    }
  });

  it('leave the state they were given as it was', () => {
    const program = compile(planOf([triggerNode('start'), planNode('a')], [edge('start>a')]));
    const first = step(program, null, { type: 'started', trigger: 'start', input: {}, at: 0 });
    const before = JSON.stringify(first.state);
    step(program, first.state, { type: 'succeeded', task: 'a', output: 1, attempts: 1, at: 1 });
    expect(JSON.stringify(first.state)).toBe(before);
  });

  it('before the start are a mistake of the caller', () => {
    const program = compile(planOf([triggerNode('start')], []));
    expect(() => step(program, null, { type: 'cancelled', at: 0 })).toThrow(TypeError);
  });
});

describe('commands', () => {
  it('carry what the node needs, and when it was issued', () => {
    const flow = started(
      [planNode('a', { config: { n: '{{ trigger.input.n * 2 }}' }, timeoutMs: 5 })],
      [edge('start>a')],
      { input: { n: 7 } },
    );
    expect(flow.issued).toEqual([
      {
        type: 'execute',
        task: 'a',
        node: 'a',
        kind: 'work',
        config: { n: 14 },
        timeoutMs: 5,
        retry: {
          maximumAttempts: 3,
          initialIntervalMs: 1_000,
          backoffCoefficient: 2,
          maximumIntervalMs: 10_000,
        },
        startedAt: 1_000,
      },
    ]);
  });

  it('give a kind that asks for them the outputs of the nodes whose edges fired', () => {
    const flow = started(
      [planNode('a'), planNode('b'), planNode('sum', { traits: { inputs: true } })],
      [edge('start>a'), edge('start>b'), edge('a>sum'), edge('b>sum', 'false')],
    );
    flow.end('a', { output: 1 });
    flow.end('b', { output: 2 });
    expect(flow.issued.at(-1)?.inputs).toEqual({ a: 1 });
  });

  it('evaluate fields that are expressions and leave raw ones alone', () => {
    const flow = started(
      [
        planNode('a', {
          config: { if: 'trigger.input.n > 1', schema: { x: '{{ not a template }}' } },
          traits: { expressions: ['if'], raw: ['schema'] },
        }),
      ],
      [edge('start>a')],
      { input: { n: 7 } },
    );
    expect(flow.issued[0]?.config).toEqual({ if: true, schema: { x: '{{ not a template }}' } });
  });

  it('refuse to hand over more than a task may be given', () => {
    const texts = { one: '{{ trigger.input }}', other: '{{ trigger.input }}' };
    const flow = started([planNode('a', { config: texts })], [edge('start>a')], {
      input: 'x'.repeat(runLimits.taskInputBytes / 2),
    });
    expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'a', type: 'RunLimit' } });
  });
});
