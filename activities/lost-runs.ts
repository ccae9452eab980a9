import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { ErrorType } from '../contracts/errors.ts';
import type { RunRecord } from '../contracts/run.ts';
import { userMessageOf } from '../contracts/user-messages.ts';
import { searchAttributes, workflowTypes } from '../contracts/workflows.ts';
import type { RunIndex, RunLog } from '../services/records/index.ts';

/** How far back is looked: the chore comes each minute, and a server may have been away for long. */
const lookBackMs = 24 * 3_600_000;
/** Visibility may be behind the run's own record. */
const settledMs = 30_000;
const batch = 500;
const runPrefix = 'run:';

export interface LostRunDependencies {
  temporal: Client;
  runIndex: RunIndex;
  runLog: RunLog;
}

/**
 * Runs that no message asked for and whose workflow was ended from outside: by hand, or by the server. No code of
 * theirs ran at their end, so their record is written here.
 */
export class LostRuns {
  private readonly deps: LostRunDependencies;
  /** Executions that were looked at before, so that each costs one look per process. */
  private readonly known = new Set<string>();

  constructor(deps: LostRunDependencies) {
    this.deps = deps;
  }

  /** Writes what is missing. Returns how many there were. The index has to be fresh. */
  async record(heartbeat: () => void, now = Date.now()): Promise<number> {
    let recorded = 0;
    for (const execution of await this.ended(now)) {
      heartbeat();
      if (await this.isLost(execution)) {
        await this.deps.runLog.append(lostRecord(execution));
        recorded += 1;
      }
      this.known.add(execution.runId);
    }
    return recorded;
  }

  private async ended(now: number): Promise<WorkflowExecutionInfo[]> {
    const since = new Date(now - lookBackMs).toISOString();
    const until = new Date(now - settledMs).toISOString();
    const query = [
      `WorkflowType = '${workflowTypes.run}'`,
      "ExecutionStatus IN ('Terminated', 'TimedOut', 'Failed', 'Canceled')",
      `CloseTime BETWEEN '${since}' AND '${until}'`,
    ].join(' AND ');
    const found: WorkflowExecutionInfo[] = [];
    for await (const execution of this.deps.temporal.workflow.list({ query, pageSize: 200 })) {
      if (!this.known.has(execution.runId) && execution.workflowId.startsWith(runPrefix))
        found.push(execution);
      if (found.length >= batch) break;
    }
    return found;
  }

  /** Messages' runs are ended, and their people told, where messages are reconciled. */
  private async isLost({ workflowId }: WorkflowExecutionInfo): Promise<boolean> {
    const runId = workflowId.slice(runPrefix.length);
    const { runIndex } = this.deps;
    return (await runIndex.openByRunId(runId)) === null && (await runIndex.get(runId)) === null;
  }
}

function lostRecord(execution: WorkflowExecutionInfo): RunRecord {
  const { workflowId, runId, startTime, closeTime, status } = execution;
  const type: ErrorType = status.name === 'TIMED_OUT' ? 'Timeout' : 'Terminated';
  const attribute = (name: string): string | null => {
    const found = execution.typedSearchAttributes.getAll().find(({ key }) => key.name === name)?.value;
    return typeof found === 'string' ? found : null;
  };
  const flow = attribute(searchAttributes.flow);
  return {
    id: workflowId.slice(runPrefix.length),
    status: 'failed',
    flow: flow === null ? null : { id: flow, version: Number(attribute(searchAttributes.flowVersion) ?? 0) },
    intent: null,
    channel: attribute(searchAttributes.channel),
    account: attribute(searchAttributes.account),
    conversation: null,
    messageId: null,
    user: attribute(searchAttributes.user),
    text: '',
    answer: null,
    error: {
      type,
      message: `its workflow was ended from outside (${status.name})`,
      userMessage: userMessageOf(type, 'en'),
      node: null,
    },
    acceptedAt: null,
    startedAt: startTime.toISOString(),
    finishedAt: (closeTime ?? startTime).toISOString(),
    nodes: [],
    usage: { calls: 0, promptTokens: 0, completionTokens: 0 },
    traceId: '',
    workflow: { workflowId, runId },
    resumedFrom: null,
    parent: null,
  };
}
