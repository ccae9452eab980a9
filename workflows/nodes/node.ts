import type { FlowPlan } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { Json } from '../../contracts/json.ts';
import type { MemoryRef } from '../../contracts/memory.ts';
import type { RunContext } from '../../contracts/run-context.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { OwnRun } from '../own-run.ts';

/** What a node's execution may know of its run. */
export interface NodeContext {
  plan: FlowPlan;
  run: RunContext;
  /** The order in the person's words. */
  text: string;
  memory?: MemoryRef;
  /** What changes something outside is recorded, not done. */
  dry?: boolean;
  /** Absent while the flow is still inside its conversation. */
  own?: OwnRun;
  /** Says `text` to the asker; how often and how patiently it is tried is the run's affair. */
  deliver(command: ExecuteCommand, text: string): Promise<NodeSuccess>;
  /** Ends this flow's part here: another does the rest. Absent where the flow answers nobody's message. */
  leaveTo?(chosen: ChosenFlow): never;
  /** Lets the flow leave its conversation, to wait for a model elsewhere. Absent in a run of its own. */
  waitElsewhere?(task: string): never;
}

/** The flow that is bound to what a person wants, and what it took to find out. */
export interface ChosenFlow {
  flow: string;
  intent: string;
  arguments: Json;
  usage?: Usage;
}

export interface NodeSuccess {
  output: Json;
  /** The kind's own port, when it leaves by one. */
  port?: string;
  attempts: number;
  usage?: Usage;
  /** What was worked, where that differs from the time that passed. */
  ms?: number;
}

/** A kind's execution where workflows run. A failure is thrown. */
export type NodeExecution = (command: ExecuteCommand, context: NodeContext) => Promise<NodeSuccess>;
