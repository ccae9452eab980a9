import type { Language, NodeError } from '../contracts/errors.ts';
import type {
  FlowCommand,
  FlowState,
  ItemState,
  KeptItem,
  NodeState,
  Preset,
} from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { stepMeter } from './expression.ts';
import { NodeFailure, nodeError } from './failures.ts';
import { runLimits } from './limits.ts';
import { measureJson } from './measure.ts';
import type { Program, ProgramEdge, ProgramNode } from './program.ts';
import type { SharedList } from './shared-list.ts';
import { type BareState, type EdgeState, partsOf, pending, type Standing, stateOf } from './standing.ts';
import { batchTask, itemTask } from './task.ts';

/** How a node ended, or that it did not run. */
export type Outcome =
  | { type: 'succeeded'; output: Json; port?: string }
  | { type: 'failed'; error: NodeError }
  | { type: 'skipped' };

/**
 * One step under way: the state it makes and the commands it gives. The state it starts from is not changed;
 * what does not change is shared with it.
 */
export class Transition implements Standing {
  readonly program: Program;
  readonly at: number;
  readonly language: Language;
  readonly meter = stepMeter();
  readonly #state: BareState;
  readonly #nodes: SharedList<NodeState>;
  readonly #edges: SharedList<EdgeState>;
  #commands: FlowCommand[] = [];

  constructor(program: Program, state: FlowState, at: number, language: Language) {
    this.program = program;
    this.at = at;
    this.language = language;
    const { bare, nodes, edges } = partsOf(program, state);
    this.#state = { ...bare };
    this.#nodes = nodes.copy();
    this.#edges = edges.copy();
  }

  get state(): BareState {
    return this.#state;
  }

  /** The state as it is handed out when the step is done. */
  get result(): FlowState {
    return stateOf(this.program, { bare: this.#state, nodes: this.#nodes, edges: this.#edges });
  }

  get commands(): FlowCommand[] {
    return this.#commands;
  }

  get running(): boolean {
    return this.#state.status === 'running';
  }

  find(id: string): NodeState | undefined {
    const node = this.program.nodes.get(id);
    return node && this.#nodes.get(node.position);
  }

  node(id: string): NodeState {
    return this.find(id) ?? pending;
  }

  setNode(id: string, change: Partial<NodeState>): void {
    this.replaceNode(id, { ...this.node(id), ...change });
  }

  replaceNode(id: string, state: NodeState): void {
    const node = this.program.nodes.get(id);
    if (node) this.#nodes.set(node.position, state);
  }

  edgeAt(index: number): EdgeState {
    return this.#edges.get(index);
  }

  setEdge(edge: ProgramEdge, fired: boolean): void {
    this.#edges.set(edge.index, fired ? 'fired' : 'dead');
  }

  /** The result given beforehand for a node, once: it is then the node's own. */
  takePreset(id: string): Preset | undefined {
    const { presets = {} } = this.#state;
    if (!Object.hasOwn(presets, id)) return undefined;
    const { [id]: taken, ...rest } = presets;
    this.#state.presets = rest;
    return taken;
  }

  /** Likewise the results of items of a fan-out, by index. */
  takeKeptItems(id: string): Record<number, KeptItem> {
    const { keptItems = {} } = this.#state;
    if (!Object.hasOwn(keptItems, id)) return {};
    const { [id]: taken = {}, ...rest } = keptItems;
    this.#state.keptItems = rest;
    return taken;
  }

  /** Makes room for an output. Throws `NodeFailure` for one that a state cannot hold. */
  admit(output: Json): void {
    const bytes = measureJson(output, runLimits.nodeOutputBytes);
    if (bytes === undefined)
      throw new NodeFailure(
        'RunLimit',
        `the output is larger than ${runLimits.nodeOutputBytes} bytes, or nested deeper than ${runLimits.valueDepth} levels`,
      );
    const total = (this.#state.outputBytes ?? 0) + bytes;
    if (total > runLimits.outputBytes)
      throw new NodeFailure(
        'RunLimit',
        `the outputs of the flow are together larger than ${runLimits.outputBytes} bytes`,
      );
    this.#state.outputBytes = total;
  }

  /** Whether anything goes on: what this step has begun, or what was under way before. */
  get underWay(): boolean {
    if (this.#commands.some(({ type }) => type === 'execute')) return true;
    for (const { status } of this.#nodes) if (status === 'running' || status === 'waiting') return true;
    return false;
  }

  issue(command: FlowCommand): void {
    this.#commands.push(command);
  }

  error(type: Parameters<typeof nodeError>[0], message: string): NodeError {
    return nodeError(type, message, this.language);
  }

  /** Cancels the tasks of a node that are under way. A task issued in this very step is not issued after all. */
  cancelTasks(node: ProgramNode): void {
    for (const task of tasksUnderWay(node, this.node(node.plan.id))) {
      const issued = this.#commands.findIndex(
        (command) => command.type === 'execute' && command.task === task,
      );
      if (issued >= 0) this.#commands.splice(issued, 1);
      else this.#commands.push({ type: 'cancel', task });
    }
  }

  /** Ends the flow; what is under way is cancelled, what has not begun never will. */
  end(status: 'succeeded' | 'failed' | 'cancelled', error?: NodeError & { node: string }): void {
    for (const node of this.program.nodes.values()) this.#close(node, status === 'succeeded');
    this.#state.status = status;
    this.#state.finishedAt = this.at;
    if (error) this.#state.error = error;
  }

  #close(node: ProgramNode, succeeded: boolean): void {
    const { id } = node.plan;
    const { status, items } = this.node(id);
    if (status === 'pending') this.setNode(id, succeeded ? { status: 'skipped' } : { status: 'cancelled' });
    if (status !== 'running' && status !== 'waiting') return;
    this.cancelTasks(node);
    this.setNode(id, {
      status: 'cancelled',
      finishedAt: this.at,
      ...(items && { items: items.map(cancelledItem) }),
    });
  }
}

/** An item that has not ended, cancelled. */
export function cancelledItem(item: ItemState): ItemState {
  return item.status === 'pending' || item.status === 'running' ? { ...item, status: 'cancelled' } : item;
}

/** Whether nothing more comes of a node. */
export function hasEnded({ status }: NodeState): boolean {
  return status !== 'pending' && status !== 'running' && status !== 'waiting';
}

/** The tasks of a node that were issued and have not ended. */
export function tasksUnderWay({ plan, fanOut }: ProgramNode, state: NodeState): string[] {
  if (state.status !== 'running' && state.status !== 'waiting') return [];
  if (!fanOut) return [plan.id];
  const running = itemsUnderWay(state);
  if (!state.batched) return running.map((index) => itemTask(plan.id, index));
  return running.length > 0 ? [batchTask(plan.id, running)] : [];
}

/** The items of a fan-out that were issued and have not ended, by index. */
export function itemsUnderWay({ items = [] }: NodeState): number[] {
  return items.flatMap(({ status }, index) => (status === 'running' ? [index] : []));
}
