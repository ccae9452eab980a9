import { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import {
  type ConnectionDependencies,
  createConnectionActivities,
} from '../../activities/connections/index.ts';
import { AccessTokens } from '../../channels/access-tokens.ts';
import type { Channel } from '../../channels/channel.ts';
import { type AccountConfig, accountConfig } from '../../contracts/accounts.ts';
import { createEgress } from '../../services/egress/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import { createClient } from '../../services/temporal/index.ts';
import { createWorker, keepConnections, workflowBundlePath } from '../../workers/index.ts';

const lineAccount: AccountConfig = accountConfig.parse({
  id: 'line',
  kind: 'webhook',
  secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
});

export interface ConnectionWorker {
  /** Begins to stop; resolves when it has. */
  stop(): Promise<void>;
}

export interface ConnectionWorkerOptions {
  namespace: string;
  identity: string;
  channel: Channel;
  /** Told of every message, which counts as durable once it resolves. */
  take: ConnectionDependencies['intake']['take'];
  /** The one account without. */
  accounts?: AccountConfig[];
  clock?: () => number;
}

/** A real worker that does nothing but hold long connections. */
export async function startConnectionWorker(options: ConnectionWorkerOptions): Promise<ConnectionWorker> {
  const { namespace, identity, channel, take, accounts = [lineAccount], clock = Date.now } = options;
  const target = { address: inject('temporal').address, namespace };
  const connection = await NativeConnection.connect({ address: target.address });
  const temporal = createClient(connection, target, {});
  const stopping = new AbortController();
  const egress = createEgress({ allow: [] });
  const logger = createLogger({ level: process.env.TEST_LOG_LEVEL ?? 'fatal', secrets: [] });
  const channelOf = (): Channel => channel;
  const worker = await createWorker({
    target,
    connection,
    dataConverter: {},
    identity,
    bundlePath: workflowBundlePath,
    activities: createConnectionActivities({
      accounts: new Map(accounts.map((account) => [account.id, account])),
      channelOf,
      intake: { take },
      lastEvents: { note: () => {}, get: async () => null, close: async () => {} },
      egress,
      tokens: new AccessTokens(),
      temporal,
      logger,
      stopping: stopping.signal,
      identity,
      clock,
    }),
  });
  const stopKeeping = await keepConnections({ temporal, accounts, channelOf, logger });
  return {
    async stop() {
      stopKeeping();
      worker.drain();
      stopping.abort();
      await worker.done;
      await connection.close();
      await egress.close();
    },
  };
}
