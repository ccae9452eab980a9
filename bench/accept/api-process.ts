import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../infra/temporal/ports.ts';
import { endProcess } from '../child.ts';
import { untilReady } from '../errand.ts';
import { processTree } from '../proc.ts';
import type { Platform } from './callbacks.ts';

const cli = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export interface ApiProcess {
  base: string;
  pids(): number[];
  /** Messages taken since it started, by its own count. */
  accepted(): Promise<number>;
  close(): Promise<void>;
}

/** Errand's API alone, on a Temporal server of the bench: no worker works off what it takes. */
export async function startApi(
  platforms: readonly Platform[],
  { temporal, dataDir }: { temporal: string; dataDir: string },
): Promise<ApiProcess> {
  const port = await freePort();
  const adminToken = randomBytes(16).toString('hex');
  const configFile = join(dataDir, 'errand.json');
  const channels = platforms.map(({ account }) => ({ ...account, ratePerSenderPerMinute: 1_000_000 }));
  await writeFile(configFile, JSON.stringify({ channels }), { mode: 0o600 });
  const api = spawn(process.execPath, [cli, 'start', '--role', 'api'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      DATA_DIR: join(dataDir, 'data'),
      ERRAND_CONFIG: configFile,
      ADMIN_TOKEN: adminToken,
      TEMPORAL_ADDRESS: temporal,
      TEMPORAL_NAMESPACE: 'default',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const base = `http://127.0.0.1:${port}`;
  await untilReady(`${base}/readyz`, () => api.exitCode === null && api.signalCode === null).catch(
    async (error: unknown) => {
      await endProcess(api);
      throw error;
    },
  );
  return {
    base,
    pids: () => processTree(api.pid ?? 0),
    async accepted() {
      const headers = { authorization: `Bearer ${adminToken}` };
      const metrics = await (await fetch(`${base}/metrics`, { headers })).text();
      return Number(/^errand_accepted_total (\d+)$/m.exec(metrics)?.[1] ?? 0);
    },
    close: () => endProcess(api),
  };
}
