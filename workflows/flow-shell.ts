import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type {
  ExecuteCommand,
  FlowCommand,
  FlowEvent,
  FlowState,
  TriggerInput,
} from '../contracts/flow-state.ts';
import { compile, type Program, reissue, step } from '../engine/index.ts';
import { failedBy } from './failure.ts';
import { type NodeContext, nodeExecutions } from './nodes/index.ts';

/** Thrown by a node's execution to say: not here. The node stays as it is and the flow moves. */
export class NotHere extends Error {}

/**
 * The interpreter's durable shell: the engine decides, the shell carries out and feeds the results back.
 * The same shell drives a flow inside its conversation and in a run of its own.
 */
export class FlowShell {
  readonly plan: FlowPlan;
  state: FlowState | null;
  /** Milliseconds that nodes worked, as far as they told; waiting for a busy worker is not work. */
  workedMs = 0;
  private readonly program: Program;
  private readonly context: NodeContext;
  private readonly inFlight = new Map<string, CancellationScope>();
  private readonly events: FlowEvent[] = [];
  private readonly onStep: (state: FlowState) => void;
  private moving = false;

  constructor(
    plan: FlowPlan,
    state: FlowState | null,
    context: NodeContext,
    onStep = (_: FlowState): void => {},
  ) {
    this.plan = plan;
    this.onStep = onStep;
    this.state = state;
    this.context = context;
    this.program = compile(plan);
  }

  /** Fires the plan's trigger of a kind, or the first it has. */
  start(kind: string, input: TriggerInput): void {
    const trigger =
      this.plan.nodes.find((node) => node.kind === kind) ??
      this.plan.nodes.find((node) => node.traits.trigger);
    this.events.push({ type: 'started', trigger: trigger?.id ?? '', input, at: Date.now() });
  }

  /** Ends the flow as cancelled; what is in flight is cancelled with it. */
  cancel(): void {
    this.events.push({ type: 'cancelled', at: Date.now() });
  }

  /**
   * Goes on until the flow ends, or until `shouldMove` says so and nothing is in flight any more: then nothing new
   * is started, and the state's running nodes are issued again where it moved to.
   */
  async drive(
    shouldMove: (state: FlowState, command?: ExecuteCommand) => boolean,
  ): Promise<'ended' | 'moved'> {
    if (this.state) this.carryOut(reissue(this.program, this.state), shouldMove);
    for (;;) {
      if (this.events.length === 0) {
        if (this.moving && this.inFlight.size === 0) return 'moved';
        await condition(() => this.events.length > 0 || (this.moving && this.inFlight.size === 0));
        continue;
      }
      const event = this.events.shift();
      if (!event) continue;
      const next = step(this.program, this.state, event, this.context.run.language);
      this.state = next.state;
      this.onStep(next.state);
      this.carryOut(next.commands, shouldMove);
      if (next.state.status !== 'running') return 'ended';
    }
  }

  private carryOut(
    commands: FlowCommand[],
    shouldMove: (state: FlowState, command?: ExecuteCommand) => boolean,
  ) {
    if (this.state && shouldMove(this.state)) this.moving = true;
    for (const command of commands) {
      if (command.type === 'cancel') this.inFlight.get(command.task)?.cancel();
      else if (this.moving || (this.state && shouldMove(this.state, command))) this.moving = true;
      else void this.execute(command);
    }
  }

  private async execute(command: ExecuteCommand): Promise<void> {
    const { task } = command;
    const scope = new CancellationScope();
    this.inFlight.set(task, scope);
    try {
      const execution = nodeExecutions.get(command.kind);
      if (this.plan.nodes.find((node) => node.id === command.node)?.traits.waits) {
        this.events.push({ type: 'waiting', task, at: Date.now() });
      }
      if (!execution) throw new Error(`no execution for kind ${command.kind}`);
      const { ms = 0, ...done } = await scope.run(() => execution(command, this.context));
      this.workedMs += ms;
      this.events.push({ type: 'succeeded', task, at: Date.now(), ...done });
    } catch (thrown) {
      if (thrown instanceof NotHere) this.moving = true;
      else if (!isCancellation(thrown)) {
        const { ms = 0, ...failed } = failedBy(thrown, this.context.run.language);
        this.workedMs += ms;
        this.events.push({ type: 'failed', task, at: Date.now(), ...failed });
      }
    } finally {
      this.inFlight.delete(task);
    }
  }
}
