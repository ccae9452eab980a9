import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type Approval, type Decision, type DecisionResult, updateNames } from '../contracts/index.ts';
import { findApproval, pendingApprovals, runsWithApprovals } from '../services/runs/index.ts';
import { mapBounded } from './bounded.ts';
import { queryMs } from './temporal-reader.ts';

/** Runs looked at for one list. */
const mostRuns = 500;
const concurrency = 8;
/** For all questions of one list; runs that were not asked by then are counted as unanswered. */
const listMs = 5_000;
const decideMs = 5_000;

export interface ApprovalReader {
  list(): Promise<{ approvals: (Approval & { run: string })[]; unanswered: number }>;
  /** `unknown`: no open run waits for it. */
  decide(decision: Decision): Promise<DecisionResult | 'unknown'>;
}

/** Approvals as the runs that wait for them hold them: found by search attribute, asked one by one. */
export function createApprovalReader(temporal: Client): ApprovalReader {
  return {
    async list() {
      const end = Date.now() + listMs;
      const runs = await temporal.withDeadline(end, () => runsWithApprovals(temporal, mostRuns));
      const answers = await mapBounded(runs, concurrency, async (workflowId) => {
        if (Date.now() >= end) return null;
        const deadline = Math.min(end, Date.now() + queryMs);
        return temporal
          .withDeadline(deadline, () => pendingApprovals(temporal, workflowId))
          .catch(() => null);
      });
      const approvals = answers
        .flatMap((answer) => answer ?? [])
        .sort((a, b) => (a.askedAt < b.askedAt ? -1 : 1))
        .map((approval) => ({ ...approval, run: `/api/v1/runs/${approval.runId}` }));
      return { approvals, unanswered: answers.filter((answer) => answer === null).length };
    },

    async decide(decision) {
      try {
        return await temporal.withDeadline(Date.now() + decideMs, async () => {
          const found = await findApproval(temporal, decision.id);
          if (!found) return 'unknown' as const;
          return temporal.workflow
            .getHandle(found.workflowId)
            .executeUpdate<DecisionResult, [Decision]>(updateNames.decide, { args: [decision] });
        });
      } catch (error) {
        // It ended meanwhile.
        if (error instanceof WorkflowNotFoundError) return 'notPending';
        throw error;
      }
    },
  };
}
