import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import {
  EmbeddedServer,
  obtainTemporalBinary,
  retentionHours,
  setRetention,
  setUpTemporal,
} from '../infra/index.ts';
import type { Settings } from '../services/settings/index.ts';
import type { Logger } from '../services/telemetry/index.ts';
import type { TemporalServer } from './temporal-server.ts';

/** Above this part of the disk, closed workflows are kept for the shortest time only. */
const watermark = 0.8;
const shortestHours = 1;

/** Our own server on the data directory, ready for work when this resolves. */
export async function embeddedServer(
  settings: Settings,
  logger: Logger,
  onProgress: (line: string) => void,
): Promise<TemporalServer> {
  const { dataDir, config } = settings;
  const { namespace } = settings.temporal;
  const binary = await obtainTemporalBinary({ dataDirectory: dataDir, onProgress });
  onProgress(`Temporal server: ${binary.source}`);
  const server = await EmbeddedServer.start({
    binary: binary.path,
    dataDirectory: dataDir,
    onLog: ({ level, message, ...rest }) => logger[level]({ ...rest }, message),
    onHealth: (healthy, reason) => {
      const level = healthy || reason === 'stopped' ? 'info' : 'error';
      logger[level]({ healthy, reason }, 'the Temporal server changed its health');
    },
  });
  let connection: NativeConnection | undefined;
  try {
    connection = await NativeConnection.connect({ address: server.address });
    const own = connection;
    const wanted = async (): Promise<number> =>
      retentionHours(config.retention.temporal, await diskOf(dataDir));
    let hours = await wanted();
    await setUpTemporal(own, { namespace, retentionHours: hours });
    return {
      address: server.address,
      uiUrl: server.uiUrl,
      healthy: () => server.healthy,
      async guardDisk() {
        const { bavail, blocks } = await statfs(dataDir);
        const usedFraction = blocks === 0 ? 0 : 1 - bavail / blocks;
        const next = usedFraction > watermark ? shortestHours : await wanted();
        if (next !== hours) {
          await setRetention(own, namespace, next);
          logger.warn(
            { usedFraction, from: hours, to: next },
            'how long closed workflows are kept has changed',
          );
          hours = next;
        }
        return { usedFraction, retentionHours: hours };
      },
      async stop() {
        await own.close();
        await server.stop();
      },
    };
  } catch (error) {
    await connection?.close();
    await server.stop();
    throw error;
  }
}

async function diskOf(dataDir: string): Promise<{ freeBytes: number; databaseBytes: number }> {
  const { bavail, bsize } = await statfs(dataDir);
  const database = await stat(join(dataDir, 'temporal', 'temporal.db')).catch(() => ({ size: 0 }));
  return { freeBytes: bavail * bsize, databaseBytes: database.size };
}
