import type { NodeActivities } from '../../contracts/activities.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { nodeActivities, nodeOptions } from '../placement.ts';
import type { NodeContext, NodeExecution } from './node.ts';

/** The execution of a kind that is one regular activity of the same name. */
export function activityNode(kind: keyof NodeActivities): NodeExecution {
  return async (command, context) =>
    nodeActivities[kind].executeWithOptions(nodeOptions(command.timeoutMs, command.retry, command.task), [
      {
        run: context.run,
        task: command.task,
        ...configOf(command, context),
        ...(command.inputs ? { inputs: command.inputs } : {}),
        text: context.text,
        ...(context.memory ? { memory: context.memory } : {}),
        retry: command.retry,
      },
    ]);
}

/** What was bound for this call; what is kept as written stays in the plan, which the activity can read. */
function configOf(
  { config, item, node: id }: ExecuteCommand,
  { plan }: NodeContext,
): { config: JsonObject; written?: { flow: typeof plan.flow; node: string } } {
  const raw = item === undefined ? plan.nodes.find((node) => node.id === id)?.traits.raw : undefined;
  if (!raw?.some((field) => field in config)) return { config };
  const bound = Object.fromEntries(Object.entries(config).filter(([field]) => !raw.includes(field)));
  return { config: bound, written: { flow: plan.flow, node: id } };
}
