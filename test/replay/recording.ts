import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect } from 'vitest';

/** One history of each path, for every later build to replay. */
export const directory = fileURLToPath(new URL('histories/', import.meta.url));

export async function completed(client: Client, workflowId: string): Promise<void> {
  await expect
    .poll(async () => (await client.workflow.getHandle(workflowId).describe()).status.name, {
      timeout: 30_000,
    })
    .toBe('COMPLETED');
}

/**
 * Of the newest execution, or the one named. Identities and stacks name the machine; they are no part of what is
 * replayed.
 */
export async function record(
  client: Client,
  name: string,
  workflowId: string,
  runId?: string,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
  const anonymous = JSON.stringify(
    history,
    (key, value: unknown) => (key === 'identity' ? 'worker' : key === 'stackTrace' ? '' : value),
    1,
  );
  await writeFile(`${directory}${name}.json`, `${anonymous}\n`);
}

/** The first execution of what has continued as new since. */
export async function recordFirst(client: Client, name: string, workflowId: string): Promise<void> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const first = raw.workflowExecutionInfo?.firstRunId;
  await record(client, name, workflowId, first ?? undefined);
}
