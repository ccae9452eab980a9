import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import {
  type Approval,
  approval,
  approvalsAttribute,
  keywordKey,
  queryNames,
  searchAttributes,
  workflowTypes,
} from '../../contracts/index.ts';

/** An approval that waits, and the run that waits for it. */
export interface FoundApproval {
  workflowId: string;
  approval: Approval;
  /** Of the run's asker, as search attributes name it; absent for a run that nobody asked for in a chat. */
  account: string | undefined;
  conversation: string | undefined;
}

const approvals = z.array(approval);
const accountKey = keywordKey(searchAttributes.account);
const conversationKey = keywordKey(searchAttributes.conversation);
const openRuns = `WorkflowType = "${workflowTypes.run}" AND ExecutionStatus = "Running"`;

/** The open run that waits for this approval, as far as it is listed yet. `id` is checked by its schema before. */
export async function findApproval(temporal: Client, id: string): Promise<FoundApproval | undefined> {
  const query = `${approvalsAttribute} = "${id}" AND ${openRuns}`;
  for await (const { workflowId, typedSearchAttributes } of temporal.workflow.list({ query, pageSize: 10 })) {
    const pending = await pendingApprovals(temporal, workflowId);
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

/** Workflow ids of open runs that wait for a decision, newest first, at most `most`. */
export async function runsWithApprovals(temporal: Client, most: number): Promise<string[]> {
  const query = `${approvalsAttribute} IS NOT NULL AND ${openRuns}`;
  const found: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({ query, pageSize: 200 })) {
    found.push(workflowId);
    if (found.length >= most) break;
  }
  return found;
}

/** What a run waits for a decision on; empty when it has ended. */
export async function pendingApprovals(temporal: Client, workflowId: string): Promise<Approval[]> {
  try {
    return approvals.parse(await temporal.workflow.getHandle(workflowId).query(queryNames.approvals));
  } catch (thrown) {
    if (thrown instanceof WorkflowNotFoundError) return [];
    throw thrown;
  }
}
