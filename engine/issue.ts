import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import type { Template } from './bind.ts';
import type { Meter, Scope } from './expression.ts';
import { NodeFailure } from './failures.ts';
import { isJsonObject } from './json-object.ts';
import { runLimits } from './limits.ts';
import { measureJson } from './measure.ts';
import type { ProgramNode } from './program.ts';
import { outputOf, scopeOf } from './scope.ts';
import type { Standing } from './standing.ts';
import { itemTask } from './task.ts';

/** The command that has a node's work done. Throws `ExpressionFailure` or `NodeFailure`. */
export function nodeCommand(
  node: ProgramNode,
  standing: Standing,
  startedAt: number,
  meter: Meter,
): ExecuteCommand {
  const config = bindConfig(node.config, scopeOf(standing, node.plan.id), meter);
  const inputs = node.plan.traits.inputs ? inputsOf(node, standing) : undefined;
  assertInputFits(inputs ? [config, inputs] : config);
  return {
    ...commonOf(node, startedAt),
    task: node.plan.id,
    kind: node.plan.kind,
    config,
    ...(inputs && { inputs }),
  };
}

/** The command that has one item of a fan-out done. Throws `ExpressionFailure` or `NodeFailure`. */
export function itemCommand(
  node: ProgramNode,
  standing: Standing,
  item: { item: Json; index: number },
  startedAt: number,
  meter: Meter,
): ExecuteCommand {
  if (!node.fanOut) throw new TypeError(`node ${node.plan.id} is no fan-out`);
  const config = bindItem(node, standing, item, meter);
  const task = itemTask(node.plan.id, item.index);
  return { ...commonOf(node, startedAt), task, item: item.index, kind: node.fanOut.kind, config };
}

/** The config of one item of a fan-out. Throws `ExpressionFailure` or `NodeFailure`. */
export function bindItem(
  node: ProgramNode,
  standing: Standing,
  item: { item: Json; index: number },
  meter: Meter,
): JsonObject {
  if (!node.fanOut) throw new TypeError(`node ${node.plan.id} is no fan-out`);
  const config = bindConfig(node.fanOut.config, scopeOf(standing, node.plan.id, item), meter);
  assertInputFits(config);
  return config;
}

/** Binds a config. Throws `ExpressionFailure`. */
export function bindConfig(template: Template, scope: Scope, meter: Meter): JsonObject {
  const config = template(scope, meter);
  return isJsonObject(config) ? config : {};
}

/** What commands of a node share, whatever part of its work they are. */
export function commonOf({ plan }: ProgramNode, startedAt: number) {
  return {
    type: 'execute' as const,
    node: plan.id,
    timeoutMs: plan.timeoutMs,
    retry: plan.retry,
    startedAt,
  };
}

/** Outputs of the nodes right before whose edge had fired when the node began. */
function inputsOf({ plan: { id }, incoming }: ProgramNode, standing: Standing): JsonObject {
  const inputs: JsonObject = {};
  const { unseen = [] } = standing.find(id) ?? {};
  for (const { plan, index } of incoming) {
    const source = standing.find(plan.from);
    if (source && standing.edgeAt(index) === 'fired' && !unseen.includes(plan.from))
      inputs[plan.from] = outputOf(source);
  }
  return inputs;
}

function assertInputFits(input: Json): void {
  if (measureJson(input, runLimits.taskInputBytes) === undefined)
    throw new NodeFailure('RunLimit', `it would be given more than ${runLimits.taskInputBytes} bytes`);
}
