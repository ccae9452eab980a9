import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { conversationStart } from '../channels/conversation-start.ts';
import type { Pairings } from '../channels/intake/index.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { ConversationActivities } from '../contracts/activities.ts';
import type { Decision, DecisionResult } from '../contracts/approval.ts';
import type { Pace } from '../contracts/conversation.ts';
import type { DeliveryTarget } from '../contracts/delivery.ts';
import { approvalId } from '../contracts/ids.ts';
import { pairingCode } from '../contracts/pairing.ts';
import { signalNames, updateNames, workflowTypes } from '../contracts/workflows.ts';
import type { ModelGateway } from '../services/models/index.ts';
import { findApproval } from '../services/runs/index.ts';
import { isAskedIn } from './approvals.ts';
import { failureOf } from './failure.ts';
import { createRetry, type RetryDependencies } from './retry.ts';

/** Pauses between looks, in milliseconds: what was asked just now is listed a moment later. */
const looks = [0, 300, 700, 1_500];
/** Of one call of Temporal. */
const deadlineMs = 4_000;

export interface ConversationDependencies extends RetryDependencies {
  pace: Pace;
  accounts: ReadonlyMap<string, AccountConfig>;
  pairings: Pick<Pairings, 'approve'>;
  gateway: Pick<ModelGateway, 'status'>;
}

/** What a conversation asks of Temporal on a person's behalf, and what a flow tells its conversation. */
export function createConversationActivities(deps: ConversationDependencies): ConversationActivities {
  const { accounts, gateway, pace, pairings, temporal } = deps;
  return {
    retry: createRetry(deps),

    async pair({ account, code: typed, by }) {
      if (!accounts.get(account)?.administrators.includes(by)) return { type: 'notAllowed' };
      const code = pairingCode.safeParse(typed).data;
      if (code === undefined) return { type: 'unknown' };
      try {
        const person = await pairings.approve(code, by, account);
        return person ? { type: 'paired', who: person.sender.name ?? person.sender.id } : { type: 'unknown' };
      } catch (thrown) {
        throw failureOf(thrown, 'StoreUnavailable');
      }
    },

    async models() {
      return gateway.status().map(({ id, model }) => ({ id, model }));
    },

    async decide({ decision, from, key }) {
      if (!approvalId.safeParse(decision.id).success) return 'notPending';
      try {
        for (const ms of looks) {
          await pause(ms);
          const result = await temporal.withDeadline(Date.now() + deadlineMs, () =>
            decideOnce(temporal, decision, from, key),
          );
          if (result) return result;
        }
        return 'notPending';
      } catch (thrown) {
        throw failureOf(thrown, 'Internal');
      }
    },

    async note({ account, channel, conversation, change }) {
      await temporal.workflow.signalWithStart(workflowTypes.conversation, {
        ...conversationStart({ account, channel, conversation }, pace),
        signal: signalNames.note,
        signalArgs: [change],
      });
    },
  };
}

/** Undefined when no run is known to ask this. `key`: the same decision again is taken once, and answered alike. */
async function decideOnce(
  temporal: Client,
  decision: Decision,
  from: DeliveryTarget,
  key: string,
): Promise<DecisionResult | undefined> {
  const found = await findApproval(temporal, decision.id);
  if (!found) return undefined;
  if (!isAskedIn(found, from)) return 'notPending';
  try {
    return await temporal.workflow
      .getHandle(found.workflowId)
      .executeUpdate<DecisionResult, [Decision]>(updateNames.decide, { args: [decision], updateId: key });
  } catch (thrown) {
    // It ended meanwhile.
    if (thrown instanceof WorkflowNotFoundError) return 'notPending';
    throw thrown;
  }
}
