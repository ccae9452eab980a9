import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { taskQueue } from '../../contracts/workflows.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const askMs = 2_000;

/** Tasks of one kind that no worker has taken yet, as the server estimates them. */
export interface Backlog {
  kind: 'workflow' | 'activity';
  tasks: number;
  /** Of the oldest. */
  ageSeconds: number;
}

/** What waits on the task queue for a worker. Throws when the server does not answer within two seconds. */
export async function readBacklog(client: Client): Promise<Backlog[]> {
  const ask = async (kind: Backlog['kind'], taskQueueType: number): Promise<Backlog> => {
    const { stats } = await client.withDeadline(Date.now() + askMs, () =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: taskQueue },
        taskQueueType,
        reportStats: true,
      }),
    );
    const age = stats?.approximateBacklogAge;
    return {
      kind,
      tasks: Number(stats?.approximateBacklogCount ?? 0),
      ageSeconds: Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9,
    };
  };
  return Promise.all([
    ask('workflow', TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    ask('activity', TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
  ]);
}
