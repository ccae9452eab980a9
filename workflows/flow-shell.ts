import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { ExecuteCommand, FlowCommand, FlowEvent, FlowState } from '../contracts/flow-state.ts';
import { compile, type Program, reissue, step } from '../engine/index.ts';
import { failedBy } from './failure.ts';
import { isMovable, type NodeContext, perform } from './nodes/index.ts';

/** Thrown by a node's execution to say: not here. The node stays as it is and the flow moves. */
export class NotHere extends Error {}

/** How a flow is started; `kind`: of the trigger that suits whoever starts it. */
export type Start = Omit<Extract<FlowEvent, { type: 'started' }>, 'type' | 'trigger' | 'at'> & {
  trigger?: string | undefined;
  kind: string;
};

interface InFlight {
  scope: CancellationScope;
  /** It waits, and can go on waiting elsewhere. */
  movable: boolean;
  interrupted: boolean;
}

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
  private readonly inFlight = new Map<string, InFlight>();
  private readonly events: FlowEvent[] = [];
  private readonly onStep: (state: FlowState) => void;
  private moving = false;
  private readonly parked = new Set<string>();

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

  /** Fires the trigger of this id where the plan has it, else the plan's first of a kind, or the first of all. */
  start({ trigger, kind, ...how }: Start): void {
    const triggers = this.plan.nodes.filter((node) => node.traits.trigger);
    const fires =
      triggers.find((node) => node.id === trigger) ??
      triggers.find((node) => node.kind === kind) ??
      triggers[0];
    this.events.push({ type: 'started', trigger: fires?.id ?? '', ...how, at: Date.now() });
  }

  /** Ends the flow as cancelled; what is in flight is cancelled with it. */
  cancel(): void {
    this.events.push({ type: 'cancelled', at: Date.now() });
  }

  /** Whether a task was interrupted only to go on where the flow moves to. */
  isParked(task: string): boolean {
    return this.parked.has(task);
  }

  /**
   * Goes on until the flow ends, or has to end because its time is up, or until `shouldMove` says so and what is in
   * flight only waits: the state's running nodes are issued again where it moved to.
   */
  async drive(
    shouldMove: (state: FlowState, command?: ExecuteCommand) => boolean,
  ): Promise<'ended' | 'overdue' | 'moved'> {
    const { deadline = Number.POSITIVE_INFINITY } = this.context.own ?? {};
    // Letters and reminders lengthen a history as steps do.
    const mayMove = (): boolean => this.state !== null && shouldMove(this.state);
    if (this.state) this.carryOut(reissue(this.program, this.state), shouldMove);
    for (;;) {
      if (this.events.length === 0) {
        this.moving ||= mayMove();
        if (this.moving) this.park();
        if (this.moving && this.inFlight.size === 0) return 'moved';
        await condition(() => this.events.length > 0 || (this.moving ? this.canPark() : mayMove()));
        continue;
      }
      const isOverdue = Date.now() >= deadline;
      if (isOverdue) this.events.unshift({ type: 'cancelled', at: Date.now() });
      const event = this.events.shift();
      if (!event) continue;
      const next = step(this.program, this.state, event, this.context.run.language);
      this.state = next.state;
      this.onStep(next.state);
      this.carryOut(next.commands, shouldMove);
      if (next.state.status !== 'running') return isOverdue ? 'overdue' : 'ended';
    }
  }

  /** A subflow waits for somebody, or goes on again. */
  stand(task: string, waits: boolean): void {
    this.take({ type: waits ? 'waiting' : 'resumed', task, at: Date.now() });
  }

  /**
   * Resolves when nothing is in flight any more: what was cancelled may have somebody else to tell, and what came
   * too late for the flow is noted.
   */
  async quiet(): Promise<void> {
    await condition(() => this.inFlight.size === 0);
    if (this.state?.status !== 'running') for (const event of this.events.splice(0)) this.take(event);
  }

  /** An event that nothing is to be done about. */
  private take(event: FlowEvent): void {
    if (!this.state) return;
    this.state = step(this.program, this.state, event, this.context.run.language).state;
    this.onStep(this.state);
  }

  /** Whether there is something to interrupt, or nothing left to wait for. */
  private canPark(): boolean {
    return [...this.inFlight.values()].every(({ interrupted, movable }) => movable && !interrupted);
  }

  /** Interrupts what only waits, once nothing else is in flight. */
  private park(): void {
    if (!this.canPark()) return;
    for (const [task, inFlight] of this.inFlight) {
      // What was cancelled for good stays cancelled.
      if (!inFlight.scope.consideredCancelled) this.parked.add(task);
      inFlight.interrupted = true;
      inFlight.scope.cancel();
    }
  }

  private carryOut(
    commands: FlowCommand[],
    shouldMove: (state: FlowState, command?: ExecuteCommand) => boolean,
  ) {
    if (this.state && shouldMove(this.state)) this.moving = true;
    for (const command of commands) {
      if (command.type === 'cancel') this.inFlight.get(command.task)?.scope.cancel();
      else if (this.moving || (this.state && shouldMove(this.state, command))) this.moving = true;
      else void this.execute(command);
    }
  }

  private async execute(command: ExecuteCommand): Promise<void> {
    const { task } = command;
    const scope = new CancellationScope();
    this.inFlight.set(task, { scope, movable: isMovable(command), interrupted: false });
    try {
      if (this.plan.nodes.find((node) => node.id === command.node)?.traits.waits) {
        this.events.push({ type: 'waiting', task, at: Date.now() });
      }
      const { ms = 0, ...done } = await scope.run(() => perform(command, this.context));
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
