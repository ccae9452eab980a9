import type { DeliveryTarget } from '../contracts/delivery.ts';
import type { FoundApproval } from '../services/runs/index.ts';
import { conversationAttribute } from '../services/temporal/workflow-ids.ts';

/**
 * Whether somebody in this conversation may speak of the approval at all: it was asked there, or names who may decide,
 * wherever they are. To all others it is as if it did not exist.
 */
export function isAskedIn(
  { approval: asked, account, conversation }: FoundApproval,
  from: DeliveryTarget,
): boolean {
  if (asked.approvers.length > 0) return true;
  if (account === from.account && conversation === conversationAttribute(from.conversation)) return true;
  return (asked.alsoAsked ?? []).some(
    (one) => one.account === from.account && one.conversation === from.conversation,
  );
}
