import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerPorts } from './ports.ts';
import { readServerLog, type ServerLogEntry } from './server-log.ts';

export interface ServerProcessOptions {
  binary: string;
  databaseFile: string;
  ports: ServerPorts;
  onLog: (entry: ServerLogEntry) => void;
}

/** One life of the Temporal server. */
export interface ServerProcess {
  pid: number | undefined;
  /** Resolves with how it ended, whatever ended it. */
  ended: Promise<string>;
  /** The last lines of its log. */
  logTail(): string;
  /** SIGTERM, after `graceMs` SIGKILL; resolves when it has ended. */
  end(graceMs: number): Promise<void>;
}

/** Nothing of Errand's environment reaches the server but this: no secrets, no `TEMPORAL_*`. */
const passedVariables = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'GOMAXPROCS', 'GOGC', 'GOMEMLIMIT'];

/** Starts the Temporal server in a session of its own: a Ctrl-C is for Errand, which ends the server last. */
export function startServerProcess(options: ServerProcessOptions): ServerProcess {
  const env = Object.fromEntries(passedVariables.map((name) => [name, process.env[name]]));
  const child = spawn(options.binary, serverArguments(options), {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = readServerLog(child.stderr, options.onLog);
  const ended = endOf(child);
  const endWithParent = () => child.kill('SIGTERM');
  process.once('exit', endWithParent);
  void ended.then(() => process.off('exit', endWithParent));
  return {
    pid: child.pid,
    ended,
    logTail: log.tail,
    end: async (graceMs) => {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(force);
    },
  };
}

/**
 * WAL with full synchronisation: what Temporal has answered survives a power failure. Loopback only, and no version
 * check on the internet.
 */
export function serverArguments({
  databaseFile,
  ports,
}: Pick<ServerProcessOptions, 'databaseFile' | 'ports'>): string[] {
  return [
    ['server', 'start-dev'],
    ['--db-filename', databaseFile],
    ['--sqlite-pragma', 'journal_mode=wal'],
    ['--sqlite-pragma', 'synchronous=full'],
    ['--ip', '127.0.0.1'],
    ['--port', String(ports.grpc)],
    ['--ui-ip', '127.0.0.1'],
    ['--ui-port', String(ports.ui)],
    ['--ui-public-path', '/temporal'],
    ['--dynamic-config-value', 'frontend.enableServerVersionCheck=false'],
    ['--log-level', 'error'],
    ['--log-format', 'json'],
  ].flat();
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit');
    return signal ? `ended by ${signal}` : `ended with code ${code}`;
  } catch (error) {
    return `did not start: ${error instanceof Error ? error.message : error}`;
  }
}
