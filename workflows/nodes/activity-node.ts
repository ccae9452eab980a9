import type { NodeActivities, NodeInput } from '../../contracts/activities.ts';
import type { FlowPlan, NodeTraits } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import { nodeActivities, nodeOptions } from '../placement.ts';
import type { NodeContext, NodeExecution } from './node.ts';

/** The execution of a kind that is one regular activity of the same name. */
export function activityNode(kind: keyof NodeActivities): NodeExecution {
  return async (command, context) =>
    nodeActivities[kind].executeWithOptions(nodeOptions(command.timeoutMs, command.retry, command.task), [
      inputOf(command, context),
    ]);
}

/** Only what the kind asks for: an input stays in history as long as that does. */
function inputOf(command: ExecuteCommand, { plan, run, text, memory }: NodeContext): NodeInput {
  const traits = plan.nodes.find(({ id }) => id === command.node)?.traits ?? {};
  return {
    run,
    task: command.task,
    ...configOf(command, traits, plan),
    ...(command.inputs ? { inputs: command.inputs } : {}),
    text,
    ...(memory && traits.memory ? { memory } : {}),
    retry: command.retry,
  };
}

/**
 * What was bound for this call; what is kept as written stays in the plan, which the activity can read: unless intents
 * were added to this one, or it is of a draft.
 */
function configOf(
  { config, item, node }: ExecuteCommand,
  { raw = [] }: NodeTraits,
  { flow, boundIntents }: FlowPlan,
): Pick<NodeInput, 'config' | 'written'> {
  if (item !== undefined || boundIntents || flow.draft || !raw.some((field) => field in config))
    return { config };
  const bound = Object.fromEntries(Object.entries(config).filter(([field]) => !raw.includes(field)));
  return { config: bound, written: { flow, node } };
}
