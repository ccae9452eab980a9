import type { FlowPlan, Json } from '../../contracts/index.ts';
import { JsonSchema } from '../../engine/json-schema/index.ts';
import { FlowNotFound } from '../../services/flows/index.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** How a flow's published version is called by other programs. */
export interface PublishedHook {
  plan: FlowPlan;
  /** The node that fires. */
  trigger: string;
  /** Of what is sent; absent where anything is taken. */
  schema?: JsonSchema;
}

const mostKept = 200;

/** The hook of a flow's newest published version; undefined where there is none, or the flow was put away. */
export function createHookFinder(
  flows: ApiDependencies['flows'],
): (id: string) => Promise<PublishedHook | undefined> {
  const kept = new Map<FlowPlan, PublishedHook | undefined>();
  return async (id) => {
    const plan = await planOf(flows, id);
    if (!plan || (await flows.isArchived(id))) return undefined;
    if (!kept.has(plan)) {
      if (kept.size >= mostKept) kept.clear();
      kept.set(plan, hookOf(plan));
    }
    return kept.get(plan);
  };
}

async function planOf(flows: ApiDependencies['flows'], id: string): Promise<FlowPlan | undefined> {
  try {
    return await flows.plan({ id });
  } catch (error) {
    if (error instanceof FlowNotFound) return undefined;
    throw error;
  }
}

function hookOf(plan: FlowPlan): PublishedHook | undefined {
  const trigger = plan.nodes.find(({ kind }) => kind === 'trigger.webhook');
  if (!trigger) return undefined;
  const input: Json | undefined = trigger.config.input;
  return { plan, trigger: trigger.id, ...(input === undefined ? {} : { schema: new JsonSchema(input) }) };
}
