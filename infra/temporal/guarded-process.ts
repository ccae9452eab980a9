import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One line for people: what is being done, with sizes. */
export type OnProgress = (line: string) => void;

/** A command that fetches or builds a binary did not end well; the message is one line. */
export class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed';
}

export interface GuardedProcess {
  /** What the progress lines call it. */
  label: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Bytes that appear here are progress, as is output. */
  watch: string;
  /** Milliseconds without progress until it is given up. */
  idleMs: number;
  onProgress: OnProgress;
  /** Asked every second; true ends the command, its work being done. */
  done?: () => Promise<boolean>;
}

const pollMs = 1_000;
const keptOutput = 4_000;

/**
 * Runs a command to its end, or until it makes no progress any more; it is then killed with everything that it
 * started. Throws `AttemptFailed`.
 */
export async function runGuarded(process_: GuardedProcess): Promise<void> {
  const { label, command, args, env, watch, idleMs, onProgress, done } = process_;
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  ended.catch(() => undefined);
  let output = '';
  let lastProgress = Date.now();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
      lastProgress = Date.now();
    });
  }
  let verdict: 'done' | 'stalled' | undefined;
  let bytes = 0;
  const poll = setInterval(
    async () => {
      const size = await directoryBytes(watch);
      if (size !== bytes) {
        if (size > bytes) onProgress(`${label}: ${megabytes(size)} so far`);
        bytes = size;
        lastProgress = Date.now();
      }
      if (await done?.()) verdict ??= 'done';
      else if (Date.now() - lastProgress >= idleMs) verdict ??= 'stalled';
      if (verdict && child.pid) killGroup(child.pid);
    },
    Math.min(pollMs, idleMs / 2),
  );
  const stop = () => child.pid && killGroup(child.pid);
  process.once('exit', stop);
  try {
    const [code, signal] = await ended;
    if (verdict === 'done' || code === 0) return;
    if (verdict === 'stalled') throw new AttemptFailed(`no progress for ${idleMs / 1_000} s`);
    throw new AttemptFailed(
      `${code === null ? `ended by ${signal}` : `exit code ${code}`}: ${lastLine(output)}`,
    );
  } catch (error) {
    if (error instanceof AttemptFailed) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new AttemptFailed(missing ? `${command} is not installed` : String(error));
  } finally {
    clearInterval(poll);
    process.off('exit', stop);
  }
}

/** `44.5 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        (info) => info.size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim().slice(0, 300) || 'without a word';
}
