import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { InboundMessage } from '../contracts/message.ts';
import { store } from './placement.ts';

/** What an order finds in its conversation. */
export interface Surroundings {
  /** The plan that was used last. */
  plan?: FlowPlan | undefined;
  /** The flow that the people of the conversation chose for it. */
  flow?: string | undefined;
  quarantined?: string | undefined;
}

/** The plan that answers a message: the one in hand as long as flow, version and bound intents are the same. */
export async function planFor(
  { account, boundIntents, conversation, flow }: InboundMessage,
  { flow: chosen, plan: known }: Surroundings,
): Promise<FlowPlan> {
  const asker = { account, conversation };
  if (chosen !== undefined) return store.loadPlan({ id: chosen }, asker);
  const same =
    flow &&
    known?.flow.id === flow.id &&
    known.flow.version === flow.version &&
    known.boundIntents?.fingerprint === boundIntents;
  return same ? known : store.loadPlan(flow ?? null, asker);
}
