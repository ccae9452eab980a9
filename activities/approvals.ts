import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { z } from 'zod';
import { type Approval, approval } from '../contracts/approval.ts';
import type { DeliveryTarget } from '../contracts/delivery.ts';
import { approvalsAttribute, queryNames, searchAttributes, workflowTypes } from '../contracts/workflows.ts';
import { conversationAttribute } from '../services/temporal/workflow-ids.ts';

/** An approval that waits, and the run that waits for it. */
interface FoundApproval {
  workflowId: string;
  approval: Approval;
  /** Of the run's asker, as search attributes name it; absent for a run that nobody asked for in a chat. */
  account: string | undefined;
  conversation: string | undefined;
}

const approvals = z.array(approval);
const accountKey = keyword(searchAttributes.account);
const conversationKey = keyword(searchAttributes.conversation);

/** The open run that waits for this approval, as far as it is listed yet. `id` is checked by its schema before. */
export async function findApproval(temporal: Client, id: string): Promise<FoundApproval | undefined> {
  const query = `${approvalsAttribute} = "${id}" AND WorkflowType = "${workflowTypes.run}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId, typedSearchAttributes } of temporal.workflow.list({ query, pageSize: 10 })) {
    const pending = await pendingOf(temporal, workflowId);
    const wanted = pending.find((one) => one.id === id);
    if (!wanted) continue;
    return {
      workflowId,
      approval: wanted,
      account: typedSearchAttributes.get(accountKey),
      conversation: typedSearchAttributes.get(conversationKey),
    };
  }
  return undefined;
}

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

async function pendingOf(temporal: Client, workflowId: string): Promise<Approval[]> {
  try {
    return approvals.parse(await temporal.workflow.getHandle(workflowId).query(queryNames.approvals));
  } catch (thrown) {
    if (thrown instanceof WorkflowNotFoundError) return [];
    throw thrown;
  }
}

function keyword(name: string) {
  return defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
}
