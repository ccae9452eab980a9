import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { taskQueue } from '../../contracts/workflows.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const askMs = 2_000;
/** A worker that lives asks for work at least once a minute. */
const recentMs = 70_000;

/** Whether another worker than this has asked for activities lately. Throws when the server does not answer. */
export async function hasOtherWorkers(client: Client, identity: string): Promise<boolean> {
  const { pollers } = await client.withDeadline(Date.now() + askMs, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    }),
  );
  const since = Date.now() - recentMs;
  return (pollers ?? []).some(
    (poller) => poller.identity !== identity && Number(poller.lastAccessTime?.seconds ?? 0) * 1_000 >= since,
  );
}
