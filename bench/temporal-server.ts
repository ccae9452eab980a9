import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { becomesHealthy } from '../infra/temporal/health.ts';
import { freePort } from '../infra/temporal/ports.ts';
import { endProcess } from './child.ts';

/** A Temporal server of the floor's own, as durable as the one that Errand starts. */
export async function startTemporalServer(binary: string, dataDir: string) {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server = spawn(
    binary,
    [
      ...['server', 'start-dev', '--headless', '--log-level', 'never'],
      ...['--ip', '127.0.0.1', '--port', String(port), '--db-filename', join(dataDir, 'temporal.db')],
      ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (!(await becomesHealthy(address, AbortSignal.timeout(60_000)))) {
    await endProcess(server);
    throw new Error("the floor's Temporal server was not ready within 60 s");
  }
  const connection = await Connection.connect({ address });
  return { address, connection, pid: server.pid ?? 0, close: () => endProcess(server) };
}
