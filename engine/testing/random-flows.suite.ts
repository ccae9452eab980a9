import fc from 'fast-check';
import type { FlowPlan, PlanEdge, PlanNode } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand, FlowState } from '../../contracts/flow-state.ts';
import type { Json } from '../../contracts/json.ts';
import { problem, type TaskEnd } from './driver.ts';
import { edge, fanOutTraits, planNode, planOf, triggerNode } from './plans.ts';

/** A random flow, and how each of its tasks will end whenever it ends. */
export interface RandomFlow {
  plan: FlowPlan;
  trigger: string;
  ends: (command: ExecuteCommand) => TaskEnd;
}

/** What a random node does when its time has come. */
export interface Behaviour {
  /** Fails, or succeeds by this port. */
  end: 'fail' | 'success' | 'left' | 'right';
  /** Its template cannot be bound. */
  broken: boolean;
}

type Action = PlanNode['onError']['action'];

const handled: Action[] = ['continue', 'fallback', 'branch'];

function behaviour() {
  return fc.record({
    end: fc.constantFrom<Behaviour['end']>(
      'success',
      'success',
      'success',
      'success',
      'success',
      'left',
      'right',
      'fail',
    ),
    broken: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
  });
}

/** `actions`: the error policies that occur. */
export function randomFlow(actions: Action[] = handled): fc.Arbitrary<RandomFlow> {
  const node = fc.record({
    behaviour: behaviour(),
    action: fc.constantFrom(...actions),
    special: fc.option(fc.oneof({ weight: 4, arbitrary: fanOut() }, crowd(), choice(), join()), { freq: 2 }),
    edges: fc.array(randomEdge(), { minLength: 1, maxLength: 4 }),
  });
  return fc
    .record({
      nodes: fc.array(node, { minLength: 5, maxLength: 14 }),
      trigger: fc.constantFrom('n1', 'n1', 'n1', 'n0'),
    })
    .map(({ nodes, trigger }) => {
      const behaviours = new Map(nodes.map((made, at) => [`n${at + 2}`, made.behaviour]));
      const edges = nodes.flatMap((made, at) => made.edges.map((random) => edgeTo(at + 2, random)));
      const planned = nodes.map(({ special, behaviour: { broken }, action }, at) => {
        const id = `n${at + 2}`;
        const source = edges.find(({ to }) => to === id)?.from;
        return planNode(id, {
          onError: { action, ...(action === 'fallback' && { value: { flag: false } }) },
          ...(special ?? {
            config: { x: broken ? '{{ 1 / 0 }}' : 1, seen: `{{ nodes.${source}.output != null }}` },
          }),
        });
      });
      return {
        plan: planOf([triggerNode('n0'), triggerNode('n1'), ...planned], edges),
        trigger,
        ends: (command) => endOf(command, behaviours.get(command.node)),
      };
    });
}

type Special = Pick<PlanNode, 'config' | 'traits'>;

function fanOut(): fc.Arbitrary<Special> {
  const made = { items: fc.array(item(), { maxLength: 6 }), concurrency: fc.integer({ min: 1, max: 4 }) };
  return fc.record(made).map(({ items, concurrency }) => ({
    traits: fanOutTraits,
    config: fanOutConfig(items, concurrency),
  }));
}

/** So many items that they go in batches; every seventh fails, or none. */
function crowd(): fc.Arbitrary<Special> {
  return fc
    .record({ count: fc.integer({ min: 101, max: 210 }), fails: fc.boolean() })
    .map(({ count, fails }) => ({
      traits: fanOutTraits,
      config: fanOutConfig(
        Array.from({ length: count }, (_, at) => ({ deps: [], fails: fails && at % 7 === 0 })),
        3,
      ),
    }));
}

function choice(): fc.Arbitrary<Special> {
  const cases = fc.array(
    fc.record({
      port: fc.constantFrom('left', 'right'),
      when: fc.constantFrom('true', 'false', '1 / 0 > 0'),
    }),
    { maxLength: 3 },
  );
  return cases.map((made) => ({ traits: { cases: 'cases' }, config: { x: 1, cases: made } }));
}

function join(): fc.Arbitrary<Special> {
  const traits = { inputs: true as const, join: { mode: 'mode', quorum: 'quorum' } };
  return fc
    .record({ mode: fc.constantFrom('all', 'any', 'quorum'), quorum: fc.integer({ min: 1, max: 3 }) })
    .map((made) => ({ traits, config: { x: 1, ...made } }));
}

function fanOutConfig(items: { deps: number[]; fails: boolean }[], concurrency: number) {
  return {
    items: items.map(({ deps, fails }, at) => ({
      id: `i${at}`,
      fails,
      dependsOn: deps.map((dep) => `i${dep}`),
    })),
    do: { kind: 'work', config: { fails: '{{ item.fails }}', at: '{{ index }}' } },
    concurrency,
    onItemError: 'continue',
  };
}

function item() {
  return fc.record({
    deps: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 2 }),
    fails: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  });
}

function randomEdge() {
  return fc.record({
    from: fc.nat(),
    on: fc.constantFrom('success', 'success', 'success', 'success', 'left', 'right', 'default', 'error'),
    when: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'true',
      'false',
      'flag',
      'broken',
    ),
  });
}

function edgeTo(
  to: number,
  { from, on, when }: { from: number; on: string; when: string | undefined },
): PlanEdge {
  // Near ones, so that flows get deep; sometimes the other trigger.
  const source = from % 11 === 10 ? 'n0' : `n${Math.max(1, to - 1 - (from % 4))}`;
  const sources: Record<string, string> = {
    flag: `nodes.${source}.output.flag == true`,
    broken: `nodes.${source}.output.missing`,
  };
  return edge(`${source}:${on}>n${to}`, when && (sources[when] ?? when));
}

function endOf({ config, node, batch }: ExecuteCommand, behaviour: Behaviour | undefined): TaskEnd {
  if (batch) {
    const items = batch.items.map(({ index, config: { fails } }) => ({
      index,
      attempts: 1,
      ...(fails === true ? { error: { ...problem('HttpStatus', `of ${node}`) } } : { output: index }),
    }));
    return { output: JSON.parse(JSON.stringify({ items })) };
  }
  const output: Json = { flag: true, from: node, config };
  if (config.fails === true || behaviour?.end === 'fail')
    return { error: problem('HttpStatus', `of ${node}`) };
  if (typeof config.cases === 'string') return { output, port: config.cases };
  return behaviour?.end === 'success' || !behaviour ? { output } : { output, port: behaviour.end };
}

/** Picks among tasks under way, from random numbers. */
export function picker(numbers: readonly number[]): (count: number) => number {
  let at = 0;
  return (count) => (numbers[at++ % Math.max(numbers.length, 1)] ?? 0) % count;
}

/** A state without what depends on the order in which tasks ended: times, and what was not there yet. */
export function timeless(state: FlowState): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value) =>
      /^((started|finished)At|unseen|presets|keptItems|only)$/.test(key) ? undefined : value,
    ),
  );
}
