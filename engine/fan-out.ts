import type { NodeError } from '../contracts/errors.ts';
import type { ExecuteCommand, FlowState, ItemState, KeptItem } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { dependenciesOf, unorderable } from './dependencies.ts';
import type { Meter } from './expression.ts';
import { NodeFailure, nodeErrorOf } from './failures.ts';
import { bindConfig, itemCommand } from './issue.ts';
import { runLimits } from './limits.ts';
import type { ProgramNode } from './program.ts';
import { isSameJson } from './same-json.ts';
import { assertOutputFits, cancelledItem, type Outcome, type Transition } from './transition.ts';

/** An item that was issued knows when; absent before. */
interface IssuedItem extends ItemState {
  startedAt?: number;
}

/** A fan-out's config, bound. */
interface FanOutConfig {
  items: Json[];
  concurrency: number;
  stopsAtFailure: boolean;
}

/** How one item ended. */
export interface ItemEnd {
  index: number;
  attempts: number;
  outcome: { type: 'succeeded'; output: Json } | { type: 'failed'; error: NodeError };
}

/** Issues the first items. Gives the node's outcome when nothing is left to wait for. Throws when its config is wrong. */
export function startFanOut(step: Transition, node: ProgramNode): Outcome | undefined {
  const config = fanOutConfig(node, step.state, step.meter);
  const dependencies = dependenciesOf(config.items);
  const kept = step.takeKeptItems(node.plan.id);
  const items = config.items.map((item, index) => initialItem(item, kept[index]));
  step.setNode(node.plan.id, { attempts: Math.max(0, ...items.map(({ attempts }) => attempts)) });
  for (const index of unorderable(dependencies))
    if (items[index]?.status === 'pending')
      items[index] = failed(
        step.error('DependencyFailed', 'it waits for itself, or for an item that does'),
        0,
      );
  return advance(step, node, config, items);
}

/** Writes down how an item ended and issues what can go next. Gives the node's outcome when it was the last. */
export function endItem(step: Transition, node: ProgramNode, end: ItemEnd): Outcome | undefined {
  const { items: before = [], attempts } = step.node(node.plan.id);
  const items = [...before];
  items[end.index] = endedItem(step, before[end.index], end);
  step.setNode(node.plan.id, { items, attempts: Math.max(attempts, end.attempts) });
  try {
    return advance(step, node, fanOutConfig(node, step.state, step.meter), items);
  } catch (error) {
    step.cancelTasks(node);
    step.setNode(node.plan.id, { items: items.map(cancelledItem) });
    return { type: 'failed', error: nodeErrorOf(error, step.language) };
  }
}

/** The commands of the items under way, as they were first issued. Throws `ExpressionFailure` or `NodeFailure`. */
export function reissueItems(node: ProgramNode, state: FlowState, meter: Meter): ExecuteCommand[] {
  const { items = [], startedAt } = state.nodes[node.plan.id] ?? {};
  const { items: values } = fanOutConfig(node, state, meter);
  return items.flatMap((item: IssuedItem, index) =>
    item.status === 'running'
      ? [
          itemCommand(
            node,
            state,
            { item: values[index] ?? null, index },
            item.startedAt ?? startedAt ?? 0,
            meter,
          ),
        ]
      : [],
  );
}

function endedItem(step: Transition, item: ItemState | undefined, { attempts, outcome }: ItemEnd): ItemState {
  if (outcome.type === 'failed') return { ...item, ...failed(outcome.error, attempts) };
  try {
    assertOutputFits(outcome.output);
    return { ...item, status: 'succeeded', attempts, output: outcome.output };
  } catch (error) {
    return { ...item, ...failed(nodeErrorOf(error, step.language), attempts) };
  }
}

/** An item of an earlier run that is still the same need not be done again. */
function initialItem(item: Json, kept: KeptItem | undefined): ItemState {
  if (!kept || !isSameJson(item, kept.item)) return { status: 'pending', attempts: 0 };
  return { status: 'succeeded', attempts: kept.attempts, output: kept.output };
}

function failed(error: NodeError, attempts: number): ItemState {
  return { status: 'failed', attempts, error };
}

/** Issues every item that may go. `items` is changed and becomes the node's. */
function advance(
  step: Transition,
  node: ProgramNode,
  config: FanOutConfig,
  items: ItemState[],
): Outcome | undefined {
  const dependencies = dependenciesOf(config.items);
  let underWay = items.filter(({ status }) => status === 'running').length;
  // An item that fails without having run can fail others, earlier ones too: hence once more until nothing changes.
  for (let changed = true; changed && !stopped(config, items); ) {
    changed = false;
    for (const [index, item] of items.entries()) {
      if (item.status !== 'pending') continue;
      const waitsFor = (dependencies[index] ?? []).map((dependency) => items[dependency]?.status);
      if (waitsFor.includes('failed'))
        items[index] = failed(step.error('DependencyFailed', 'an item it depends on failed'), 0);
      else if (underWay < config.concurrency && waitsFor.every((status) => status === 'succeeded'))
        items[index] = issueItem(step, node, config.items[index] ?? null, index);
      else continue;
      if (items[index]?.status === 'running') underWay++;
      else changed = true;
    }
  }
  step.setNode(node.plan.id, { items });
  return finish(step, node, config, items);
}

function issueItem(step: Transition, node: ProgramNode, item: Json, index: number): IssuedItem {
  try {
    step.issue(itemCommand(node, step.state, { item, index }, step.at, step.meter));
    return { status: 'running', attempts: 0, startedAt: step.at };
  } catch (error) {
    return failed(nodeErrorOf(error, step.language), 0);
  }
}

function stopped(config: FanOutConfig, items: ItemState[]): boolean {
  return config.stopsAtFailure && items.some(({ status }) => status === 'failed');
}

function finish(
  step: Transition,
  node: ProgramNode,
  config: FanOutConfig,
  items: ItemState[],
): Outcome | undefined {
  if (stopped(config, items)) {
    const index = items.findIndex(({ status }) => status === 'failed');
    const error = items[index]?.error ?? step.error('Internal', 'an item failed');
    step.cancelTasks(node);
    step.setNode(node.plan.id, { items: items.map(cancelledItem) });
    return {
      type: 'failed',
      error: { ...error, message: `item ${index}: ${error.message}`.slice(0, 2_000) },
    };
  }
  if (items.some(({ status }) => status === 'pending' || status === 'running')) return undefined;
  return {
    type: 'succeeded',
    output: {
      items: items.map(({ status, output, error }, index) => ({
        index,
        status,
        output: output ?? null,
        error: error ? { ...error } : null,
      })),
    },
  };
}

function fanOutConfig(node: ProgramNode, state: FlowState, meter: Meter): FanOutConfig {
  if (!node.fanOut) throw new TypeError(`node ${node.plan.id} is no fan-out`);
  const { names } = node.fanOut;
  const config = bindConfig(node.config, state, meter);
  return {
    items: itemsOf(config[names.items], names.items),
    concurrency: concurrencyOf(config[names.concurrency], names.concurrency),
    stopsAtFailure: config[names.onItemError] === 'fail',
  };
}

function itemsOf(items: Json | undefined, name: string): Json[] {
  if (!Array.isArray(items)) throw new NodeFailure('InvalidInput', `${name} is not a list`);
  if (items.length > runLimits.fanOut)
    throw new NodeFailure(
      'RunLimit',
      `${name} has ${items.length} entries; at most ${runLimits.fanOut} are done`,
    );
  return items;
}

function concurrencyOf(value: Json | undefined, name: string): number {
  if (value === undefined) return 1;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1)
    return Math.min(value, runLimits.concurrency);
  throw new NodeFailure('InvalidInput', `${name} is not a whole number from 1`);
}
