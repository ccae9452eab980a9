import { Client } from '@temporalio/client';
import { startChild } from '../child.ts';
import type { Target, TargetOptions } from '../target.ts';
import { startTemporalServer } from '../temporal-server.ts';

/** The naive floor: Hono and Temporal, one workflow per message, no conversations, no memory, no records. */
export async function startFloor(options: TargetOptions): Promise<Target> {
  const server = await startTemporalServer(options.temporalBinary, options.dataDir);
  const app = await startChild('./floor/main.js', {
    BENCH_TEMPORAL: server.address,
    BENCH_MODEL: options.modelEndpoint,
    BENCH_SINK: options.sinkUrl,
    BENCH_SECRET: options.secret,
  });
  return {
    url: app.address,
    dataDir: options.dataDir,
    client: new Client({ connection: server.connection }),
    processes: () => ({ server: [server.pid], app: [app.pid] }),
    historyQuery: (conversation) => `WorkflowId STARTS_WITH 'order:${conversation}:'`,
    async close() {
      await app.close();
      await server.connection.close();
      await server.close();
    },
  };
}
