import type { ItemState } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { dependenciesOf } from './dependencies.ts';
import { stepMeter } from './expression.ts';
import { NodeFailure } from './failures.ts';
import { bindConfig } from './issue.ts';
import { runLimits } from './limits.ts';
import type { ProgramNode } from './program.ts';
import { scopeOf } from './scope.ts';
import type { Standing } from './standing.ts';

/** A fan-out's config, bound. */
export interface FanOutConfig {
  items: Json[];
  /** For each item, by index, those it waits for. */
  dependencies: number[][];
  concurrency: number;
  stopsAtFailure: boolean;
}

/** Of items as a state has them, what their config was bound to: the same binding need not be done at each item's end. */
const bound = new WeakMap<ItemState[], { node: ProgramNode; config: FanOutConfig }>();

/** Binds the config of a fan-out. Throws `ExpressionFailure` or `NodeFailure`. */
export function fanOutConfig(node: ProgramNode, standing: Standing): FanOutConfig {
  const { items } = standing.find(node.plan.id) ?? {};
  const known = items && bound.get(items);
  return known?.node === node ? known.config : bindFanOut(node, standing);
}

/** The items of a state go on with the config that they began with. */
export function rememberConfig(node: ProgramNode, items: ItemState[], config: FanOutConfig): void {
  bound.set(items, { node, config });
}

/** With a meter of its own, so that it comes out the same in every step. */
function bindFanOut(node: ProgramNode, standing: Standing): FanOutConfig {
  if (!node.fanOut) throw new TypeError(`node ${node.plan.id} is no fan-out`);
  const { names } = node.fanOut;
  const config = bindConfig(node.config, scopeOf(standing, node.plan.id), stepMeter());
  const items = itemsOf(config[names.items], names.items);
  return {
    items,
    dependencies: dependenciesOf(items),
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
