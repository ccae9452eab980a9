import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../infra/temporal/ports.ts';
import { openObjectStore } from '../services/objects/index.ts';
import { createDataConverter } from '../services/temporal/index.ts';
import { endProcess } from './child.ts';
import { commandLine, type ProcessGroups, processTree } from './proc.ts';
import type { Target, TargetOptions } from './target.ts';

const cli = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const account = 'hook';
const readyDeadlineMs = 120_000;

/** Errand itself, started as a person starts it, with one webhook account and one model. */
export async function startErrand(options: TargetOptions): Promise<Target> {
  const port = await freePort();
  const errand = spawn(process.execPath, [cli, 'start'], {
    env: await environment(options, port),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const base = `http://127.0.0.1:${port}`;
  const processes = () => groupProcesses(errand.pid ?? 0);
  try {
    await untilReady(`${base}/readyz`, () => errand.exitCode === null && errand.signalCode === null);
    const dataDir = join(options.dataDir, 'data');
    const objects = await openObjectStore({ url: pathToFileURL(join(dataDir, 'objects')).href });
    const connection = await Connection.connect({ address: serverAddress(processes()) });
    return {
      url: `${base}/webhooks/${account}`,
      dataDir,
      client: new Client({ connection, dataConverter: createDataConverter(objects) }),
      processes,
      historyQuery: (conversation) => `ErrandConversation = '${conversation}'`,
      async close() {
        await connection.close();
        await endProcess(errand);
      },
    };
  } catch (error) {
    await endProcess(errand);
    throw error;
  }
}

/** Of this process's environment only what programs need to run: settings in it would change what is measured. */
async function environment(options: TargetOptions, port: number): Promise<NodeJS.ProcessEnv> {
  const configFile = join(options.dataDir, 'errand.json');
  await writeFile(configFile, JSON.stringify(configuration(options)), { mode: 0o600 });
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    DATA_DIR: join(options.dataDir, 'data'),
    ERRAND_CONFIG: configFile,
    TEMPORAL_BINARY: options.temporalBinary,
    TEMPORAL_NAMESPACE: 'default',
  };
}

/** The limits that protect people from each other are out of the way: the load is few people who write much. */
function configuration({ modelEndpoint, sinkUrl, secret }: TargetOptions) {
  return {
    models: [{ id: 'bench', endpoint: modelEndpoint, model: 'bench', concurrency: 10_000 }],
    channels: [
      { id: account, kind: 'webhook', secret, replyUrl: sinkUrl, ratePerSenderPerMinute: 1_000_000 },
    ],
  };
}

/** Resolves when an address answers well. Throws when the process behind it ends, or after two minutes. */
export async function untilReady(url: string, isAlive: () => boolean): Promise<void> {
  const deadline = Date.now() + readyDeadlineMs;
  while (Date.now() < deadline) {
    if (!isAlive()) throw new Error('errand ended before it was ready');
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(100);
  }
  throw new Error(`errand was not ready within ${readyDeadlineMs / 1_000} s`);
}

/** Errand starts the Temporal server as a process below its own. */
function groupProcesses(root: number): ProcessGroups {
  const groups: ProcessGroups = { server: [], app: [] };
  for (const pid of processTree(root)) {
    (commandLine(pid).includes('start-dev') ? groups.server : groups.app).push(pid);
  }
  return groups;
}

/** The embedded server's port stands in its command line. */
function serverAddress({ server }: ProcessGroups): string {
  const words = server.flatMap(commandLine);
  const port = words[words.indexOf('--port') + 1];
  if (!words.includes('--port') || port === undefined)
    throw new Error('the embedded Temporal server was not found');
  return `127.0.0.1:${port}`;
}
