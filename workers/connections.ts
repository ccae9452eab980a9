import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Channel } from '../channels/index.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import { keyword } from '../contracts/search-attributes.ts';
import { type ConnectionInput, searchAttributes, taskQueue, workflowTypes } from '../contracts/workflows.ts';
import type { Logger } from '../services/telemetry/index.ts';
import { connectionWorkflowId } from '../services/temporal/workflow-ids.ts';

/** What was ended by hand, or for want of a worker that knew the account, is begun again this soon. */
const lookMs = 60_000;

export interface KeepConnectionsOptions {
  temporal: Client;
  accounts: Iterable<AccountConfig>;
  channelOf(kind: string): Channel | undefined;
  logger: Logger;
}

/**
 * Sees that every account in connection mode has its workflow, now and from time to time. Any number of processes may
 * do so. Returns what stops it.
 */
export async function keepConnections(options: KeepConnectionsOptions): Promise<() => void> {
  const { temporal, channelOf, logger } = options;
  const connecting = [...options.accounts].filter((account) => channelOf(account.kind)?.connects(account));
  if (connecting.length === 0) return () => {};
  const look = (): Promise<unknown> => Promise.all(connecting.map((account) => ensure(temporal, account)));
  await look();
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.warn({ err: error }, 'long connections could not be seen to'));
  }, lookMs);
  return () => clearInterval(timer);
}

async function ensure(temporal: Client, { id, kind }: AccountConfig): Promise<void> {
  const input: ConnectionInput = { account: id, holders: 0 };
  await temporal.workflow.start(workflowTypes.channelConnection, {
    workflowId: connectionWorkflowId(id),
    workflowIdConflictPolicy: 'USE_EXISTING',
    taskQueue,
    args: [input],
    typedSearchAttributes: new TypedSearchAttributes([
      keyword(searchAttributes.channel, kind),
      keyword(searchAttributes.account, id),
    ]),
  });
}
