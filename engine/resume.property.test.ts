import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowPlan, PlanNode } from '../contracts/flow-plan.ts';
import type { Batch, FlowState, KeptItem, NodeState, Preset } from '../contracts/flow-state.ts';
import { partial, resumption, type Start } from './resume.ts';
import { Driver, type TaskEnd } from './testing/driver.ts';
import { picker, type RandomFlow, randomFlow, timeless } from './testing/random-flows.suite.ts';

const order = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
const anyPolicy = () => randomFlow(['fail', 'continue', 'fallback', 'branch']);

function run({ plan, trigger, ends }: RandomFlow, numbers: readonly number[], start: Start = {}): Driver {
  const driver = new Driver(plan);
  driver.start(trigger, { input: null }, start);
  driver.run(ends, picker(numbers));
  return driver;
}

/** The same flow with every mistake corrected, but those that a fallback stands in for. */
function repaired({ plan, trigger, ends }: RandomFlow): RandomFlow {
  const stays = new Set(plan.nodes.flatMap(({ id, onError }) => (onError.action === 'fallback' ? [id] : [])));
  const corrected: FlowPlan = {
    ...plan,
    nodes: plan.nodes.map((node) => (stays.has(node.id) ? node : { ...node, config: corrections(node) })),
    edges: plan.edges.map((edge) =>
      edge.when?.startsWith('nodes.') && !stays.has(edge.from) ? { ...edge, when: 'true' } : edge,
    ),
  };
  return {
    plan: corrected,
    trigger,
    ends: (command) => {
      const end = ends(command);
      if (stays.has(command.node)) return end;
      if (command.batch) return endedBatch(command.batch);
      return 'error' in end ? { output: { flag: true, from: command.node, config: command.config } } : end;
    },
  };
}

function endedBatch({ items }: Batch): TaskEnd {
  return { output: { items: items.map(({ index }) => ({ index, attempts: 1, output: index })) } };
}

function corrections({ config }: PlanNode): PlanNode['config'] {
  const { cases } = config;
  const held = JSON.stringify(cases ?? []).replaceAll('1 / 0 > 0', 'false');
  return {
    ...config,
    ...(config.x !== undefined && { x: 1 }),
    ...(cases !== undefined && { cases: JSON.parse(held) }),
  };
}

/** A node's result as one that is given beforehand. */
function presetOf({ status, output = null, port, error, attempts }: NodeState): Preset {
  if (error) return { status: 'failed', error, attempts };
  return {
    status: status === 'failed' ? status : 'succeeded',
    output,
    attempts,
    ...(port !== undefined && { port }),
  };
}

function keptItemsOf(plan: FlowPlan, state: FlowState, picked: (at: number) => boolean) {
  const kept: Record<string, Record<number, KeptItem>> = {};
  for (const { id, config } of plan.nodes) {
    const values = Array.isArray(config.items) ? config.items : [];
    kept[id] = {};
    for (const [index, { status, output = null, attempts }] of (state.nodes[id]?.items ?? []).entries())
      if (status === 'succeeded' && picked(index))
        kept[id][index] = { item: values[index] ?? null, output, attempts };
  }
  return kept;
}

describe('a run that goes on from another', () => {
  it('whose mistakes were corrected ends as one that never failed', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyPolicy(), order, order, (flow, numbers, others) => {
        const mended = repaired(flow);
        const never = run(mended, numbers).state;
        const old = run(flow, numbers).state;
        if (old.status !== 'failed' || never.status !== 'succeeded') return;
        compared++;
        const start = resumption({ plan: flow.plan, state: old }, mended.plan);
        const again = run(mended, others, start);
        expect(withoutItems(again.state)).toEqual(withoutItems(never));
        const finished = Object.keys(start.presets ?? {});
        expect(again.issued.filter(({ node }) => finished.includes(node))).toEqual([]);
      }),
      { numRuns: 600 },
    );
    expect(compared).toBeGreaterThan(50);
  }, 30_000);

  it('with some of its results does only the rest, and ends the same', () => {
    fc.assert(
      fc.property(randomFlow(), order, fc.array(fc.boolean(), { minLength: 1 }), (flow, numbers, picks) => {
        const whole = run(flow, numbers).state;
        if (whole.status !== 'succeeded') return;
        const picked = (at: number) => picks[at % picks.length] === true;
        const ended = flow.plan.nodes.filter(
          ({ id }, at) => picked(at) && /succeeded|failed/.test(whole.nodes[id]?.status ?? ''),
        );
        const presets = Object.fromEntries(
          ended.map(({ id }) => [id, presetOf(whole.nodes[id] ?? { status: 'pending', attempts: 0 })]),
        );
        const again = run(flow, numbers, { presets, keptItems: keptItemsOf(flow.plan, whole, picked) });
        expect(again.issued.filter(({ node }) => Object.hasOwn(presets, node))).toEqual([]);
        expect(withoutItems(again.state)).toEqual(withoutItems(whole));
      }),
      { numRuns: 300 },
    );
  });
});

/** A fan-out whose result was given has no items of its own. */
function withoutItems(state: FlowState): unknown {
  const nodes = Object.entries(state.nodes).map(([id, { items, batched, ...node }]) => [id, node]);
  const { outputBytes, ...rest } = state;
  return timeless({ ...rest, nodes: Object.fromEntries(nodes) });
}

it('a flow that is done up to a node does to it and before it what the whole flow does', () => {
  fc.assert(
    fc.property(randomFlow(), order, fc.nat(), (flow, numbers, at) => {
      const whole = run(flow, numbers);
      if (whole.state.status !== 'succeeded') return;
      const node = flow.plan.nodes[at % flow.plan.nodes.length]?.id ?? '';
      const start = partial(flow.plan, { node, mode: 'upTo' });
      const part = run(flow, numbers, start);
      expect(part.state.status).toBe('succeeded');
      for (const [id, status] of Object.entries(part.statuses()))
        expect(status).toBe(
          start.only?.includes(id) || id === flow.trigger ? whole.statuses()[id] : 'skipped',
        );
    }),
    { numRuns: 300 },
  );
});
