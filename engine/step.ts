import type { Language } from '../contracts/errors.ts';
import type { FlowCommand, FlowEvent, FlowState, TriggerInput } from '../contracts/flow-state.ts';
import { nodeError } from './failures.ts';
import { endItems, keepLateItems } from './fan-out.ts';
import { itemEndsOf, readBatchOutput } from './item-ends.ts';
import { runLimits } from './limits.ts';
import { measureJson } from './measure.ts';
import { takePreset } from './preset.ts';
import type { Program, ProgramNode } from './program.ts';
import { type Settled, settle } from './settle.ts';
import { parseTask } from './task.ts';
import { type Outcome, Transition, tasksUnderWay } from './transition.ts';
import { addUsage } from './usage.ts';

/** Where a flow stands after an event, and what is to be done about it. */
export interface Step {
  state: FlowState;
  commands: FlowCommand[];
}

type TaskEvent = Extract<FlowEvent, { task: string }>;
type EndEvent = Extract<TaskEvent, { type: 'succeeded' | 'failed' }>;

/**
 * Takes a flow one event further. The same events give the same states and commands, in the same order; the state
 * that is handed in is not changed. An event that comes too late, or twice, changes nothing.
 * `state` is null before `started`, which is the only event it may be null for: else a `TypeError`.
 * `language`: of the person, for the errors that the engine itself finds.
 */
export function step(
  program: Program,
  state: FlowState | null,
  event: FlowEvent,
  language: Language = 'en',
): Step {
  if (state === null) {
    if (event.type !== 'started')
      throw new TypeError(`a flow that has not started has no event ${event.type}`);
    return start(program, event, language);
  }
  if (event.type === 'started') return { state, commands: [] };
  if (state.status !== 'running') return onLateBatch(program, state, event, language);
  if (event.type === 'cancelled') {
    const transition = new Transition(program, state, event.at, language);
    transition.end('cancelled');
    return result(transition);
  }
  return onTask(program, state, event, language);
}

function result({ result: state, commands }: Transition): Step {
  return { state, commands };
}

function start(program: Program, event: FlowEvent & { type: 'started' }, language: Language): Step {
  const { trigger, at } = event;
  const initial: FlowState = {
    engineVersion: 1,
    status: 'running',
    trigger,
    input: event.input,
    startedAt: at,
    nodes: {},
    edges: {},
    ...(event.presets && { presets: event.presets }),
    ...(event.keptItems && { keptItems: event.keptItems }),
    ...(event.only && { only: event.only }),
  };
  const refusal = refusalOf(program, trigger, event.input);
  if (refusal) {
    const { type, message } = refusal;
    const refused = { ...initial, input: type === 'RunLimit' ? {} : event.input };
    const transition = new Transition(program, refused, at, language);
    transition.end('failed', { ...nodeError(type, message, language), node: trigger });
    return result(transition);
  }
  const transition = new Transition(program, initial, at, language);
  settle(transition, ...roots(program).map((node) => begin(transition, node, event)));
  return result(transition);
}

/** Why a flow cannot start like this. */
function refusalOf(
  program: Program,
  trigger: string,
  input: TriggerInput,
): { type: 'FlowInvalid' | 'RunLimit'; message: string } | undefined {
  const node = program.nodes.get(trigger);
  if (!node?.plan.traits.trigger || node.incoming.length > 0)
    return { type: 'FlowInvalid', message: `the flow has no trigger ${trigger}` };
  const { sender, text = null, attachments = null, input: given = null } = input;
  if (
    measureJson([sender ? { ...sender } : null, text, attachments, given], runLimits.nodeOutputBytes) ===
    undefined
  )
    return {
      type: 'RunLimit',
      message: `the input is larger than ${runLimits.nodeOutputBytes} bytes, or nested deeper than ${runLimits.valueDepth} levels`,
    };
  return undefined;
}

function roots(program: Program): ProgramNode[] {
  return [...program.nodes.values()].filter(({ incoming }) => incoming.length === 0);
}

/** The trigger that fires has what it was given as its output; the others are skipped. */
function begin(transition: Transition, node: ProgramNode, event: FlowEvent & { type: 'started' }): Settled {
  if (node.plan.id !== event.trigger) return { node, outcome: { type: 'skipped' } };
  transition.setNode(node.plan.id, { attempts: 1, startedAt: event.at });
  const given = takePreset(transition, node);
  return { node, outcome: given ?? { type: 'succeeded', output: event.input.input ?? null } };
}

function onTask(program: Program, state: FlowState, event: TaskEvent, language: Language): Step {
  const unchanged: Step = { state, commands: [] };
  const task = parseTask(event.task);
  const node = task && program.nodes.get(task.node);
  const transition = new Transition(program, state, event.at, language);
  const current = task && transition.find(task.node);
  if (!task || !node || !current || !tasksUnderWay(node, current).includes(event.task)) return unchanged;
  if (event.type !== 'succeeded' && event.type !== 'failed') {
    if (node.fanOut) return unchanged;
    transition.setNode(task.node, { status: event.type === 'waiting' ? 'waiting' : 'running' });
    return result(transition);
  }
  if (event.usage) transition.setNode(task.node, { usage: addUsage(current.usage, event.usage) });
  const outcome = node.fanOut
    ? endItems(transition, node, itemEndsOf(task, event, current))
    : endNode(transition, node, event);
  if (outcome) settle(transition, { node, outcome });
  return result(transition);
}

/** A batch that was cancelled with its flow says what its items had come to by then. */
function onLateBatch(program: Program, state: FlowState, event: FlowEvent, language: Language): Step {
  const task = event.type === 'succeeded' ? parseTask(event.task) : undefined;
  const node = task?.batch && program.nodes.get(task.node);
  if (event.type !== 'succeeded' || !node?.fanOut) return { state, commands: [] };
  const transition = new Transition(program, state, event.at, language);
  keepLateItems(transition, node, readBatchOutput(event.output));
  return result(transition);
}

function endNode(transition: Transition, node: ProgramNode, event: EndEvent): Outcome {
  transition.setNode(node.plan.id, { attempts: event.attempts });
  return outcomeOf(event);
}

function outcomeOf(event: EndEvent): Exclude<Outcome, { type: 'skipped' }> {
  if (event.type === 'failed') return { type: 'failed', error: event.error };
  const { output, port } = event;
  return { type: 'succeeded', output: output ?? null, ...(port !== undefined && { port }) };
}
