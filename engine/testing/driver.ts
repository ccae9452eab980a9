import type { NodeError } from '../../contracts/errors.ts';
import type { FlowPlan } from '../../contracts/flow-plan.ts';
import type {
  ExecuteCommand,
  FlowCommand,
  FlowEvent,
  FlowState,
  TriggerInput,
} from '../../contracts/flow-state.ts';
import type { Json } from '../../contracts/json.ts';
import { compile, type Program } from '../program.ts';
import { reissue } from '../reissue.ts';
import { step } from '../step.ts';

/** How a task ends, as a test has it. */
export type TaskEnd = { output: Json; port?: string } | { error: NodeError };

/** What a flow is started with besides its trigger's input. */
export type Given = Pick<FlowState, 'presets' | 'keptItems' | 'only'>;

export function problem(type = 'Internal', message = 'it broke'): NodeError {
  return { type, message, userMessage: 'Sorry.' };
}

/** Runs a flow by hand: keeps its state, the commands it gave and the tasks under way; a clock of its own ticks by one. */
export class Driver {
  readonly program: Program;
  readonly issued: ExecuteCommand[] = [];
  readonly cancelled: string[] = [];
  readonly underWay = new Map<string, ExecuteCommand>();
  #state: FlowState | null = null;
  #at = 1_000;

  constructor(plan: FlowPlan) {
    this.program = compile(plan);
  }

  /** Goes on from a state that another driver has left. */
  static resume(plan: FlowPlan, state: FlowState): Driver {
    const driver = new Driver(plan);
    driver.#state = state;
    for (const command of reissue(driver.program, state)) driver.underWay.set(command.task, command);
    return driver;
  }

  get state(): FlowState {
    if (!this.#state) throw new TypeError('the flow has not started');
    return this.#state;
  }

  start(trigger: string, input: TriggerInput = {}, given: Given = {}): FlowCommand[] {
    return this.send({ type: 'started', trigger, input, at: this.#at, ...given });
  }

  end(task: string, end: TaskEnd): FlowCommand[] {
    const common = { task, attempts: 1, at: this.#at };
    return this.send(
      'error' in end
        ? { ...common, type: 'failed', error: end.error }
        : { ...common, type: 'succeeded', ...end },
    );
  }

  /** Each step starts from the state as JSON brings it back. */
  send(event: FlowEvent): FlowCommand[] {
    this.#at++;
    const before: FlowState | null = JSON.parse(JSON.stringify(this.#state));
    const { state, commands } = step(this.program, before, event);
    this.#state = state;
    if (event.type === 'succeeded' || event.type === 'failed') this.underWay.delete(event.task);
    for (const command of commands) {
      if (command.type === 'cancel') {
        this.cancelled.push(command.task);
        this.underWay.delete(command.task);
      } else {
        this.issued.push(command);
        this.underWay.set(command.task, command);
      }
    }
    return commands;
  }

  /** Ends the tasks under way in the order that `pick` chooses, until none is left. */
  run(answer: (command: ExecuteCommand) => TaskEnd, pick: (count: number) => number = () => 0): FlowState {
    while (this.underWay.size > 0) {
      const command = [...this.underWay.values()][pick(this.underWay.size)];
      if (!command) throw new RangeError('no such task under way');
      this.end(command.task, answer(command));
    }
    return this.state;
  }

  /** Status of each node. */
  statuses(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.state.nodes).map(([id, { status }]) => [id, status]));
  }
}
