import type { Batch, ExecuteCommand, ItemState } from '../contracts/flow-state.ts';
import { stepMeter } from './expression.ts';
import { nodeErrorOf } from './failures.ts';
import type { FanOutConfig } from './fan-out-config.ts';
import { bindItem, commonOf } from './issue.ts';
import { expressionLimits, runLimits } from './limits.ts';
import { measureJson } from './measure.ts';
import type { ProgramNode } from './program.ts';
import type { Standing } from './standing.ts';
import { batchTask } from './task.ts';
import type { Transition } from './transition.ts';

type BatchItem = Batch['items'][number];

/** Whether the items are so many that they go in batches. */
export function isBatched({ items, dependencies }: FanOutConfig): boolean {
  return items.length > runLimits.unbatched && dependencies.every((list) => list.length === 0);
}

/**
 * Issues the next batch, once the one before has ended. Changes `items`: those that cannot be bound fail.
 * A batch is cut short where it would be given too much, or where binding it takes long.
 */
export function issueBatch(
  step: Transition,
  node: ProgramNode,
  config: FanOutConfig,
  items: ItemState[],
): void {
  if (items.some(({ status }) => status === 'running')) return;
  const size = Math.max(runLimits.unbatched, 4 * config.concurrency);
  const taken: BatchItem[] = [];
  const meter = stepMeter();
  let bytes = 0;
  for (const [index, { status }] of items.entries()) {
    if (status !== 'pending') continue;
    if (taken.length > 0 && (taken.length === size || meter.left < expressionLimits.work)) break;
    try {
      const bound = bindItem(node, step, { item: config.items[index] ?? null, index }, meter);
      bytes += measureJson(bound, runLimits.taskInputBytes) ?? 0;
      if (bytes > runLimits.taskInputBytes && taken.length > 0) break;
      taken.push({ index, config: bound });
    } catch (error) {
      items[index] = { status: 'failed', attempts: 0, error: nodeErrorOf(error, step.language) };
      if (config.stopsAtFailure) return;
    }
  }
  if (taken.length === 0) return;
  for (const { index } of taken) items[index] = { status: 'running', attempts: 0, startedAt: step.at };
  step.issue(batchCommand(node, config, taken, step.at));
}

/** The command of the batch under way, with the items of it that have not ended. Throws as binding them does. */
export function reissueBatch(
  node: ProgramNode,
  standing: Standing,
  config: FanOutConfig,
  indexes: readonly number[],
): ExecuteCommand {
  const { items = [], startedAt } = standing.find(node.plan.id) ?? {};
  const taken = indexes.map((index) => ({
    index,
    config: bindItem(node, standing, { item: config.items[index] ?? null, index }, stepMeter()),
  }));
  return batchCommand(node, config, taken, items[indexes[0] ?? 0]?.startedAt ?? startedAt ?? 0);
}

function batchCommand(
  node: ProgramNode,
  { concurrency, stopsAtFailure }: FanOutConfig,
  items: BatchItem[],
  startedAt: number,
): ExecuteCommand {
  return {
    ...commonOf(node, startedAt),
    task: batchTask(
      node.plan.id,
      items.map(({ index }) => index),
    ),
    kind: node.fanOut?.kind ?? '',
    config: {},
    batch: { concurrency, stopsAtFailure, items },
  };
}
