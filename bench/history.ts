import type { Client } from '@temporalio/client';

/** Events and bytes of history, summed over executions. */
export interface HistorySize {
  events: number;
  bytes: number;
}

/** What all executions that the queries find have written so far, open ones included. */
export async function historySize(client: Client, queries: string[]): Promise<HistorySize> {
  const total: HistorySize = { events: 0, bytes: 0 };
  for (const query of queries) {
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      const description = await client.workflow.getHandle(workflowId, runId).describe();
      total.events += description.historyLength;
      total.bytes += description.historySize ?? 0;
    }
  }
  return total;
}
