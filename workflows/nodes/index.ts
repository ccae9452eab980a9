/** How each kind of node is carried out inside a workflow: by an activity of its name, or right here. */
import { activityNode } from './activity-node.ts';
import { condition } from './condition.ts';
import { intent } from './intent.ts';
import type { NodeExecution } from './node.ts';
import { wait } from './wait.ts';

export type { ChosenFlow, NodeContext, NodeExecution, NodeSuccess } from './node.ts';

export const nodeExecutions: ReadonlyMap<string, NodeExecution> = new Map<string, NodeExecution>([
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
  ['wait', wait],
]);
