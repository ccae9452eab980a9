import type { NodeActivities } from '../../contracts/activities.ts';
import { nodeActivities, nodeOptions } from '../placement.ts';
import type { NodeExecution } from './node.ts';

/** The execution of a kind that is one regular activity of the same name. */
export function activityNode(kind: keyof NodeActivities): NodeExecution {
  return async (command, context) =>
    nodeActivities[kind].executeWithOptions(nodeOptions(command.timeoutMs, command.retry, command.task), [
      {
        run: context.run,
        task: command.task,
        config: command.config,
        ...(command.inputs ? { inputs: command.inputs } : {}),
        text: context.text,
        ...(context.memory ? { memory: context.memory } : {}),
        retry: command.retry,
      },
    ]);
}
