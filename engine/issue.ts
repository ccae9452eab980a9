import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import type { Template } from './bind.ts';
import type { Meter } from './expression.ts';
import { NodeFailure } from './failures.ts';
import { isJsonObject } from './json-object.ts';
import { runLimits } from './limits.ts';
import { measureJson } from './measure.ts';
import type { ProgramNode } from './program.ts';
import { outputOf, scopeOf } from './scope.ts';
import { itemTask } from './task.ts';

/** The command that has a node's work done. Throws `ExpressionFailure` or `NodeFailure`. */
export function nodeCommand(
  node: ProgramNode,
  state: FlowState,
  startedAt: number,
  meter: Meter,
): ExecuteCommand {
  const config = bindConfig(node.config, state, meter);
  const inputs = node.plan.traits.inputs ? inputsOf(node, state) : undefined;
  assertInputFits(inputs ? [config, inputs] : config);
  return {
    ...common(node, startedAt),
    task: node.plan.id,
    kind: node.plan.kind,
    config,
    ...(inputs && { inputs }),
  };
}

/** The command that has one item of a fan-out done. Throws `ExpressionFailure` or `NodeFailure`. */
export function itemCommand(
  node: ProgramNode,
  state: FlowState,
  item: { item: Json; index: number },
  startedAt: number,
  meter: Meter,
): ExecuteCommand {
  if (!node.fanOut) throw new TypeError(`node ${node.plan.id} is no fan-out`);
  const config = bindConfig(node.fanOut.config, state, meter, item);
  assertInputFits(config);
  const task = itemTask(node.plan.id, item.index);
  return { ...common(node, startedAt), task, item: item.index, kind: node.fanOut.kind, config };
}

/** Binds a config. Throws `ExpressionFailure`. */
export function bindConfig(
  template: Template,
  state: FlowState,
  meter: Meter,
  item?: { item: Json; index: number },
): JsonObject {
  const config = template(scopeOf(state, item), meter);
  return isJsonObject(config) ? config : {};
}

function common({ plan }: ProgramNode, startedAt: number) {
  return {
    type: 'execute' as const,
    node: plan.id,
    timeoutMs: plan.timeoutMs,
    retry: plan.retry,
    startedAt,
  };
}

/** Outputs of the nodes right before whose edge fired. */
function inputsOf({ incoming }: ProgramNode, state: FlowState): JsonObject {
  const inputs: JsonObject = {};
  for (const { plan, index } of incoming) {
    const source = state.nodes[plan.from];
    if (source && state.edges[index] === 'fired') inputs[plan.from] = outputOf(source);
  }
  return inputs;
}

function assertInputFits(input: Json): void {
  if (measureJson(input, runLimits.taskInputBytes) === undefined)
    throw new NodeFailure('RunLimit', `it would be given more than ${runLimits.taskInputBytes} bytes`);
}
