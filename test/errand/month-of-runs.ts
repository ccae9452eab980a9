import { Client, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createRunActivities } from '../../activities/index.ts';
import type { NodeInput } from '../../contracts/activities.ts';
import type { FlowDocument } from '../../contracts/flow.ts';
import type { RunRecord } from '../../contracts/run.ts';
import type { RunInput, RunResult } from '../../contracts/workflows.ts';
import { plan } from '../../engine/document.ts';
import { workflowBundlePath } from '../../workers/index.ts';
import { startTimeSkipping } from '../servers/index.ts';

type RunWorkflow = (input: RunInput) => Promise<RunResult>;
type RunHandle = WorkflowHandleWithFirstExecutionRunId<RunWorkflow>;

/** Runs on a server whose clock skips what nobody works in; what touches the world answers at once. */
export interface MonthOfRuns {
  environment: TestWorkflowEnvironment;
  /** Of runs that ended, in that order. */
  records: RunRecord[];
  /** How many calls of services were made. */
  calls(): number;
  begin(document: FlowDocument): Promise<RunHandle>;
  /** How often a run continued as new. */
  moves(handle: RunHandle): Promise<number>;
  end(): Promise<void>;
}

let runs = 0;

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

/** `within`: the flow that every subflow is. One for each test: left alone, its clock runs on by years. */
export async function startMonthOfRuns(binary: string, within: FlowDocument): Promise<MonthOfRuns> {
  const environment = await startTimeSkipping(binary);
  const { connection, namespace = 'default' } = environment;
  const { workflow } = environment.client;
  const records: RunRecord[] = [];
  let calls = 0;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'errand',
    workflowBundle: { codePath: workflowBundlePath },
    activities: {
      http: async ({ config }: NodeInput) => {
        calls += 1;
        return { output: { status: 200, body: config.url ?? null }, attempts: 1, ms: 0 };
      },
      record: async (record: RunRecord) => void records.push(record),
      loadPlan: async () => plan(within, 1),
      ...createRunActivities({ temporal: new Client({ connection, namespace }) }),
    },
  });
  const working = worker.run();
  const nextExecution = async (workflowId: string, runId: string): Promise<string | undefined> => {
    const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
    return events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  };
  return {
    environment,
    records,
    calls: () => calls,
    async begin(document) {
      runs += 1;
      const runId = `month${runs}`.padEnd(26, 'a');
      const input: RunInput = {
        runId,
        origin: { type: 'api', input: {}, user: 'u', traceId: '', language: 'en' },
        startedAt: await environment.currentTimeMs(),
        flow: { id: document.id, version: 1 },
        plan: plan(document, 1),
      };
      return workflow.start<RunWorkflow>('run', {
        taskQueue: 'errand',
        workflowId: `run:${runId}`,
        args: [input],
      });
    },
    async moves({ firstExecutionRunId, workflowId }) {
      let count = -1;
      for (let runId: string | undefined = firstExecutionRunId; runId; count += 1)
        runId = await nextExecution(workflowId, runId);
      return count;
    },
    async end() {
      worker.shutdown();
      await working;
      await environment.teardown();
    },
  };
}
