import { access, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AttemptFailed, type OnProgress, runGuarded } from './guarded-process.ts';

/**
 * The SDK downloads only on its way to starting a server: `--help` makes that server end at once. It does so in a
 * process of its own, because its download cannot be cancelled and its runtime can be installed only once.
 */
const script = `
const { TestWorkflowEnvironment } = require(process.argv[1]);
TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir: process.argv[2] }, extraArgs: ['--help'] },
}).catch((error) => {
  console.error(String((error && error.message) || error));
  process.exit(1);
});`;

/** Has the TypeScript SDK download the Temporal CLI and puts it at `target`. Throws `AttemptFailed`. */
export async function downloadBySdk(options: {
  directory: string;
  target: string;
  env: NodeJS.ProcessEnv;
  idleMs: number;
  onProgress: OnProgress;
}): Promise<void> {
  const { directory, target, env, idleMs, onProgress } = options;
  const testing = resolveTesting();
  const staging = await mkdtemp(join(directory, '.sdk-'));
  // The SDK writes `….downloading` and renames it when it is whole.
  const downloaded = async () => (await readdir(staging)).find((name) => !name.endsWith('.downloading'));
  try {
    onProgress("Temporal CLI: the SDK's own download");
    await runGuarded({
      label: 'Temporal CLI',
      command: process.execPath,
      args: ['--eval', script, testing, staging],
      env,
      watch: staging,
      idleMs,
      onProgress,
      done: async () => (await downloaded()) !== undefined,
    }).catch(async (error: unknown) => {
      if (!(await downloaded())) throw error;
    });
    const file = await downloaded();
    if (!file) throw new AttemptFailed('nothing was downloaded');
    await access(join(staging, file));
    await rename(join(staging, file), target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function resolveTesting(): string {
  try {
    return createRequire(import.meta.url).resolve('@temporalio/testing');
  } catch {
    throw new AttemptFailed('@temporalio/testing is not installed');
  }
}
