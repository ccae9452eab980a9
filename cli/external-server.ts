import { setTimeout as delay } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { setUpTemporal } from '../infra/index.ts';
import type { Settings } from '../services/settings/index.ts';
import type { Logger } from '../services/telemetry/index.ts';
import { connectTemporal, type TemporalTarget } from '../services/temporal/index.ts';
import type { TemporalServer } from './temporal-server.ts';

/** Processes of a cluster start in any order, and a server may be restarting just now. */
const patienceMs = 60_000;
const pauseMs = 1_000;
const probeMs = 5_000;

/** Somebody else's server, set up for us. Waits a minute for it; then an error says what to do. */
export async function externalServer(
  { address, namespace, uiUrl }: Settings['temporal'] & TemporalTarget,
  env: Settings['env'],
  logger: Logger,
  onProgress: (line: string) => void,
): Promise<TemporalServer> {
  const connection = await connectPatiently({ address, namespace }, env, onProgress);
  let healthy = true;
  const probe = setInterval(async () => {
    const before = healthy;
    try {
      await connection.withDeadline(Date.now() + probeMs, () => connection.workflowService.getSystemInfo({}));
      healthy = true;
    } catch {
      healthy = false;
    }
    if (before !== healthy) logger.warn({ address, healthy }, 'the Temporal server changed its health');
  }, probeMs);
  probe.unref();
  return {
    address,
    ...(uiUrl === undefined ? {} : { uiUrl }),
    healthy: () => healthy,
    // Its disk and retention are its operator's.
    guardDisk: async () => ({ usedFraction: 0, retentionHours: 0 }),
    async stop() {
      clearInterval(probe);
      await connection.close();
    },
  };
}

async function connectPatiently(
  target: TemporalTarget,
  env: Settings['env'],
  onProgress: (line: string) => void,
): Promise<NativeConnection> {
  const deadline = Date.now() + patienceMs;
  for (let told = false; ; told = true) {
    let connection: NativeConnection | undefined;
    try {
      connection = await connectTemporal(target, env);
      await setUpTemporal(connection, { namespace: target.namespace });
      return connection;
    } catch (cause) {
      await connection?.close();
      const problem = `the Temporal server at ${target.address} cannot be used`;
      if (Date.now() > deadline) {
        throw new Error(`${problem}: start it, or correct TEMPORAL_ADDRESS`, { cause });
      }
      if (!told) onProgress(`${problem} yet; trying for ${patienceMs / 1_000} s …`);
      await delay(pauseMs);
    }
  }
}
