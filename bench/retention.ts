import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Exchanges } from './exchanges.ts';
import { introduce, saturate } from './load.ts';
import { diskBytes } from './measure.ts';
import type { Single } from './options.ts';
import { orderSource, seededRandom } from './orders.ts';
import { onStage, type Stage } from './stage.ts';
import { widthAt } from './width.ts';

/** One half of the measurement: so many messages made Temporal's database grow by so much. */
export interface Growth {
  messages: number;
  bytes: number;
}

export interface RetentionResult {
  first: Growth;
  /** After everything of the first half was deleted from the server, as retention does when its time has come. */
  second: Growth;
  faults: Exchanges['faults'];
}

type Options = Single & { seconds: number };

/**
 * Whether what retention deletes is used again. Its time is an hour at least, so the deletion is asked for here; the
 * server then does the same as when the time is up. A database that reuses its pages hardly grows in the second half.
 */
export function measureRetention(options: Options, say: (text: string) => void): Promise<RetentionResult> {
  const { conversations, modelLatencyMs } = options;
  return onStage({ target: 'errand', conversations, say }, async (stage) => {
    await introduce({ ...stage, order: orderSource('quick', 'intro', seededRandom(4)) });
    stage.setModelLatency(modelLatencyMs);
    const first = await growth(stage, options, 'first');
    say('deleting what was kept of it');
    await deleteAll(stage.target.client);
    const second = await growth(stage, options, 'second');
    return { first, second, faults: stage.exchanges.faults };
  });
}

async function growth(
  stage: Stage,
  { workload, seconds, modelLatencyMs }: Options,
  tag: string,
): Promise<Growth> {
  const before = await diskBytes(stage.target.dataDir);
  const load = { ...stage, order: orderSource(workload, tag, seededRandom(3)) };
  const loop = saturate(load, widthAt(modelLatencyMs));
  await delay(seconds * 1_000);
  await loop.stop();
  const after = await diskBytes(stage.target.dataDir);
  return { messages: loop.done.length, bytes: after.temporal - before.temporal };
}

/** Deletes every workflow, open ones too, and waits until the server holds no more of them. */
async function deleteAll(client: Client): Promise<void> {
  const { namespace } = client.options;
  for await (const { workflowId, runId } of client.workflow.list()) {
    await client.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId },
    });
  }
  const query = 'WorkflowType = "conversation" OR WorkflowType = "run"';
  while ((await client.workflow.count(query)).count > 0) await delay(200);
}
