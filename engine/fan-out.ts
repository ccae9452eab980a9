import type { NodeError } from '../contracts/errors.ts';
import type { ExecuteCommand, ItemState, KeptItem, NodeState } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { isBatched, issueBatch, reissueBatch } from './batch.ts';
import { unorderable } from './dependencies.ts';
import { stepMeter } from './expression.ts';
import { nodeErrorOf } from './failures.ts';
import { type FanOutConfig, fanOutConfig, rememberConfig } from './fan-out-config.ts';
import { itemCommand } from './issue.ts';
import type { ItemEnd } from './item-ends.ts';
import type { ProgramNode } from './program.ts';
import { isSameJson } from './same-json.ts';
import { pending, type Standing } from './standing.ts';
import { cancelledItem, itemsUnderWay, type Outcome, type Transition } from './transition.ts';
import { addUsage } from './usage.ts';

/** Issues the first items. Gives the node's outcome when nothing is left to wait for. Throws when its config is wrong. */
export function startFanOut(step: Transition, node: ProgramNode): Outcome | undefined {
  const { id } = node.plan;
  const config = fanOutConfig(node, step);
  const kept = step.takeKeptItems(id);
  const items = config.items.map((item, index) => initialItem(step, item, kept[index]));
  for (const index of unorderable(config.dependencies))
    if (items[index]?.status === 'pending')
      items[index] = failed(
        step.error('DependencyFailed', 'it waits for itself, or for an item that does'),
        0,
      );
  step.setNode(id, {
    attempts: Math.max(0, ...items.map(({ attempts }) => attempts)),
    ...(isBatched(config) && { batched: true }),
  });
  return advance(step, node, config, items);
}

/** Writes down how items ended and issues what can go next. Gives the node's outcome when they were the last. */
export function endItems(step: Transition, node: ProgramNode, ends: readonly ItemEnd[]): Outcome | undefined {
  const { id } = node.plan;
  const { items: before = [] } = step.node(id);
  const config = fanOutConfig(node, step);
  const items = [...before];
  for (const end of ends) items[end.index] = endedItem(step, items[end.index], end);
  const absent = ends.filter(({ outcome }) => outcome.type === 'absent');
  for (const { index } of absent) items[index] = absentItem(step, config, items, index);
  step.setNode(id, spentBy(step, node, ends));
  return advance(step, node, config, items);
}

/** Writes down what items had come to that were cancelled with their flow, so that a run that goes on from it has it. */
export function keepLateItems(step: Transition, node: ProgramNode, ends: readonly ItemEnd[]): void {
  const { items: before = [] } = step.node(node.plan.id);
  const items = [...before];
  for (const end of ends) {
    const item = items[end.index];
    if (item?.status === 'cancelled' && item.startedAt !== undefined)
      items[end.index] = endedItem(step, item, end);
  }
  step.setNode(node.plan.id, { items, ...spentBy(step, node, ends) });
}

/** The commands of the items under way, as they were first issued. Throws `ExpressionFailure` or `NodeFailure`. */
export function reissueItems(node: ProgramNode, standing: Standing): ExecuteCommand[] {
  const current: NodeState = standing.find(node.plan.id) ?? pending;
  const { items = [], startedAt = 0 } = current;
  const config = fanOutConfig(node, standing);
  const indexes = itemsUnderWay(current);
  if (current.batched) return [reissueBatch(node, standing, config, indexes)];
  return indexes.map((index) => {
    const item = { item: config.items[index] ?? null, index };
    return itemCommand(node, standing, item, items[index]?.startedAt ?? startedAt, stepMeter());
  });
}

function spentBy(
  step: Transition,
  { plan: { id } }: ProgramNode,
  ends: readonly ItemEnd[],
): Pick<NodeState, 'attempts' | 'usage'> {
  const { attempts, usage } = step.node(id);
  const used = ends.reduce((sum, end) => (end.usage ? addUsage(sum, end.usage) : sum), usage);
  return {
    attempts: Math.max(attempts, ...ends.map((end) => end.attempts)),
    ...(used && { usage: used }),
  };
}

const pendingItem: ItemState = { status: 'pending', attempts: 0 };

/** An item of an earlier run that is still the same need not be done again. */
function initialItem(step: Transition, item: Json, kept: KeptItem | undefined): ItemState {
  if (!kept || !isSameJson(item, kept.item)) return pendingItem;
  step.admit(kept.output);
  return { status: 'succeeded', attempts: kept.attempts, output: kept.output };
}

function endedItem(step: Transition, item: ItemState | undefined, { attempts, outcome }: ItemEnd): ItemState {
  if (outcome.type === 'absent') return { ...pendingItem, ...item };
  if (outcome.type === 'failed') return { ...item, ...failed(outcome.error, attempts) };
  try {
    step.admit(outcome.output);
    return { ...item, status: 'succeeded', attempts, output: outcome.output };
  } catch (error) {
    return { ...item, ...failed(nodeErrorOf(error, step.language), attempts) };
  }
}

/** A batch that stopped at a failure did not come to the items behind it; otherwise it had no reason to leave one out. */
function absentItem(step: Transition, config: FanOutConfig, items: ItemState[], index: number): ItemState {
  const item = items[index] ?? pendingItem;
  if (stopped(config, items)) return cancelledItem(item);
  return { ...item, ...failed(step.error('Internal', 'its batch ended without it'), 0) };
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
  if (!stopped(config, items)) {
    if (step.node(node.plan.id).batched) issueBatch(step, node, config, items);
    else issueItems(step, node, config, items);
  }
  rememberConfig(node, items, config);
  step.setNode(node.plan.id, { items });
  return finish(step, node, config, items);
}

function issueItems(step: Transition, node: ProgramNode, config: FanOutConfig, items: ItemState[]): void {
  let underWay = items.filter(({ status }) => status === 'running').length;
  // An item that fails without having run can fail others, earlier ones too: hence once more until nothing changes.
  for (let changed = true; changed && !stopped(config, items); ) {
    changed = false;
    for (const [index, item] of items.entries()) {
      if (item.status !== 'pending') continue;
      const waitsFor = (config.dependencies[index] ?? []).map((dependency) => items[dependency]?.status);
      if (waitsFor.includes('failed'))
        items[index] = failed(step.error('DependencyFailed', 'an item it depends on failed'), 0);
      else if (underWay < config.concurrency && waitsFor.every((status) => status === 'succeeded'))
        items[index] = issueItem(step, node, config.items[index] ?? null, index);
      else continue;
      if (items[index]?.status === 'running') underWay++;
      else changed = true;
    }
  }
}

function issueItem(step: Transition, node: ProgramNode, item: Json, index: number): ItemState {
  try {
    step.issue(itemCommand(node, step, { item, index }, step.at, step.meter));
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
