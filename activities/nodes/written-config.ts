import type { NodeInput, NodeResult } from '../../contracts/activities.ts';
import { failureOf } from '../failure.ts';
import type { Plans } from './dependencies.ts';

type NodeActivity = (input: NodeInput) => Promise<NodeResult>;

/** Puts back the config fields that the workflow left in the plan. Published plans never change, and are cached. */
export function withWrittenConfig(plans: Plans): (activity: NodeActivity) => NodeActivity {
  return (activity) => async (input) => {
    const { written } = input;
    if (!written) return activity(input);
    const plan = await plans.plan(written.flow).catch((thrown: unknown) => {
      throw failureOf(thrown, 'StoreUnavailable');
    });
    const node = plan.nodes.find(({ id }) => id === written.node);
    const fields = (node?.traits.raw ?? []).filter((field) => Object.hasOwn(node?.config ?? {}, field));
    const kept = Object.fromEntries(fields.map((field) => [field, node?.config[field] ?? null]));
    return activity({ ...input, config: { ...kept, ...input.config } });
  };
}
