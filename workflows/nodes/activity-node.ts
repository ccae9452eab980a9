import type { NodeActivities, NodeInput } from '../../contracts/activities.ts';
import type { FlowPlan, NodeTraits } from '../../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import { failedBy } from '../failure.ts';
import { nodeActivities, nodeOptions, untilModelAnswers } from '../placement.ts';
import type { NodeContext, NodeExecution } from './node.ts';

/** Those that ask a model, and may wait until there is one. */
const askingModels: ReadonlySet<string> = new Set(['intent', 'decompose', 'aggregate', 'model']);

/** The execution of a kind that is one regular activity of the same name. */
export function activityNode(kind: keyof NodeActivities): NodeExecution {
  const mayWait = askingModels.has(kind);
  return async (command, context) => {
    const activity = nodeActivities[kind];
    const options = nodeOptions(command.timeoutMs, command.retry, command.task);
    const input = inputOf(command, context);
    const { whenUnavailable = context.plan.whenUnavailable } = command.config;
    if (!mayWait || whenUnavailable !== 'wait') return activity.executeWithOptions(options, [input]);
    if (context.own) {
      return activity.executeWithOptions(untilModelAnswers(options), [
        { ...input, retry: { ...command.retry, waits: true } },
      ]);
    }
    try {
      return await activity.executeWithOptions(options, [input]);
    } catch (thrown) {
      // Others wait in the conversation's line: this goes on waiting in a run of its own.
      const { type } = failedBy(thrown, context.run.language).error;
      if (type === 'ModelUnavailable') context.waitElsewhere?.(command.task);
      throw thrown;
    }
  };
}

/** Only what the kind asks for: an input stays in history as long as that does. */
function inputOf(command: ExecuteCommand, { plan, run, text, memory }: NodeContext): NodeInput {
  const traits = plan.nodes.find(({ id }) => id === command.node)?.traits ?? {};
  return {
    run: run.model === undefined && plan.model !== undefined ? { ...run, model: plan.model } : run,
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
