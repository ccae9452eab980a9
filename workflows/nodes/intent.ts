import type { FlowPlan } from '../../contracts/flow-plan.ts';
import type { Json } from '../../contracts/json.ts';
import { activityNode } from './activity-node.ts';
import type { NodeExecution } from './node.ts';

const ask = activityNode('intent');

/** Names what the person wants. When another flow is bound to that, the rest is left to it. */
export const intent: NodeExecution = async (command, context) => {
  const done = await ask(command, context);
  const bound = boundTo(context.plan, done.output);
  if (!bound || !context.leaveTo || command.item !== undefined) return done;
  return context.leaveTo({ ...bound, ...(done.usage ? { usage: done.usage } : {}) });
};

function boundTo(
  { boundIntents }: FlowPlan,
  output: Json,
): { flow: string; intent: string; arguments: Json } | undefined {
  if (!boundIntents || typeof output !== 'object' || output === null || Array.isArray(output))
    return undefined;
  const { intent: name, arguments: given = {} } = output;
  if (typeof name !== 'string' || !Object.hasOwn(boundIntents.flows, name)) return undefined;
  const flow = boundIntents.flows[name];
  return flow === undefined ? undefined : { flow, intent: name, arguments: given };
}
