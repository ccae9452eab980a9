/** How each kind of node is carried out inside a workflow: by an activity of its name, or right here. */
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import { hasEffect } from '../traits-of.ts';
import { activityNode } from './activity-node.ts';
import { approval } from './approval.ts';
import { runBatch } from './batch.ts';
import { condition } from './condition.ts';
import { intent } from './intent.ts';
import { memory } from './memory.ts';
import type { NodeContext, NodeExecution, NodeSuccess } from './node.ts';
import { subflow } from './subflow.ts';
import { wait } from './wait.ts';

export type { ChosenFlow, NodeContext, NodeExecution, NodeSuccess } from './node.ts';

const nodeExecutions: ReadonlyMap<string, NodeExecution> = new Map<string, NodeExecution>([
  ['intent', intent],
  ['decompose', activityNode('decompose')],
  ['aggregate', activityNode('aggregate')],
  ['model', activityNode('model')],
  ['http', activityNode('http')],
  ['notify', async (command, context) => context.deliver(command, String(command.config.text ?? ''))],
  ['condition', condition],
  ['switch', async ({ config: { cases } }) => ({ output: String(cases), port: String(cases), attempts: 1 })],
  ['join', async ({ inputs = {} }) => ({ output: { inputs }, attempts: 1 })],
  ['transform', async ({ config }) => ({ output: config.output ?? null, attempts: 1 })],
  ['memory', memory],
  ['wait', wait],
  ['approval', approval],
  ['subflow', subflow],
]);

/** Kinds that may be interrupted while they wait, and go on where the flow moves to. */
const movable: ReadonlySet<string> = new Set(['wait', 'approval', 'subflow']);

export function isMovable({ batch, kind }: ExecuteCommand): boolean {
  return !batch && movable.has(kind);
}

/** Carries a command out. A failure is thrown. */
export async function perform(command: ExecuteCommand, context: NodeContext): Promise<NodeSuccess> {
  const { batch, config, kind } = command;
  if (batch) return runBatch(command, batch, context);
  if (context.dry && hasEffect(context.plan, command)) {
    return { output: { dryRun: true, kind, config }, attempts: 1 };
  }
  const execution = nodeExecutions.get(kind);
  if (!execution) throw new Error(`no execution for kind ${kind}`);
  return execution(command, context);
}
