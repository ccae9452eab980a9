import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const pollMs = 50;

/**
 * Process ids of the Temporal servers that run on a database file, recognised by their command line. Remembered
 * process ids would prove nothing: they are given to others again.
 */
export async function serversOn(databaseFile: string): Promise<number[]> {
  if (process.platform === 'linux') return serversInProc(databaseFile);
  const { stdout } = await execute('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 16_000_000 });
  return stdout
    .split('\n')
    .filter(
      (line) =>
        /^\s*\d+ \S.* server start-dev /.test(line) && `${line} `.includes(` --db-filename ${databaseFile} `),
    )
    .map((line) => Number.parseInt(line, 10));
}

/** proc(5). A zombie has an empty command line. The same path in another mount namespace is another file. */
async function serversInProc(databaseFile: string): Promise<number[]> {
  const mounts = await readlink('/proc/self/ns/mnt');
  const candidates = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const matches = await Promise.all(
    candidates.map(async (pid) => {
      const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      if (line[1] !== 'server' || line[2] !== 'start-dev') return false;
      if (line[line.indexOf('--db-filename') + 1] !== databaseFile) return false;
      return (await readlink(`/proc/${pid}/ns/mnt`).catch(() => '')) === mounts;
    }),
  );
  return candidates.filter((_, index) => matches[index]).map(Number);
}

/** Ends the servers that a killed Errand left on the database file: SIGTERM, after `graceMs` SIGKILL. Returns how many. */
export async function endServersOn(databaseFile: string, graceMs: number): Promise<number> {
  const found = await serversOn(databaseFile);
  for (const pid of found) signalProcess(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  for (let left = found; left.length > 0; left = await serversOn(databaseFile)) {
    if (Date.now() >= deadline) for (const pid of left) signalProcess(pid, 'SIGKILL');
    await delay(pollMs);
  }
  return found.length;
}

/** Sends a signal; a process that has ended meanwhile is no error. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
