import fc from 'fast-check';
import type { FlowPlan, PlanEdge, PlanNode } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
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
    items: fc.option(fc.array(item(), { maxLength: 6 }), { freq: 4 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    edges: fc.array(randomEdge(), { minLength: 1, maxLength: 4 }),
  });
  return fc
    .record({
      nodes: fc.array(node, { minLength: 5, maxLength: 14 }),
      trigger: fc.constantFrom('n1', 'n1', 'n1', 'n0'),
    })
    .map(({ nodes, trigger }) => {
      const behaviours = new Map(nodes.map((made, at) => [`n${at + 2}`, made.behaviour]));
      const planned = nodes.map((made, at) => {
        const onError = {
          action: made.action,
          ...(made.action === 'fallback' && { value: { flag: false } }),
        };
        return made.items
          ? planNode(`n${at + 2}`, {
              onError,
              traits: fanOutTraits,
              config: fanOutConfig(made.items, made.concurrency),
            })
          : planNode(`n${at + 2}`, {
              onError,
              config: made.behaviour.broken ? { x: '{{ 1 / 0 }}' } : { x: 1 },
            });
      });
      const edges = nodes.flatMap((made, at) => made.edges.map((random) => edgeTo(at + 2, random)));
      return {
        plan: planOf([triggerNode('n0'), triggerNode('n1'), ...planned], edges),
        trigger,
        ends: (command) => endOf(command, behaviours.get(command.node)),
      };
    });
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
    on: fc.constantFrom('success', 'success', 'success', 'success', 'left', 'right', 'error'),
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

function endOf({ config, node }: ExecuteCommand, behaviour: Behaviour | undefined): TaskEnd {
  const output: Json = { flag: true, from: node, config };
  if (config.fails === true || behaviour?.end === 'fail')
    return { error: problem('HttpStatus', `of ${node}`) };
  return behaviour?.end === 'success' || !behaviour ? { output } : { output, port: behaviour.end };
}

/** Picks among tasks under way, from random numbers. */
export function picker(numbers: readonly number[]): (count: number) => number {
  let at = 0;
  return (count) => (numbers[at++ % Math.max(numbers.length, 1)] ?? 0) % count;
}
