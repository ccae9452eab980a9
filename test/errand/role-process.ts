import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface RoleProcess {
  pid: number;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>;
  /** What it wrote so far. */
  output(): string;
}

/** The built command line in a process of its own: `start --role api`, say. Ready when this resolves. */
export async function startRoleProcess(args: string[], env: Record<string, string>): Promise<RoleProcess> {
  const child: ChildProcess = spawn(process.execPath, [main, 'start', ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const gone = once(child, 'exit');
  const ready = new Promise<void>((resolve) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Errand is ready.')) resolve();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  });
  const died = gone.then(([code]) => {
    throw new Error(`start ${args.join(' ')} ended with ${code}: ${output.slice(-2_000)}`);
  });
  await Promise.race([ready, died]);
  died.catch(() => {});
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async terminate() {
      child.kill('SIGTERM');
      const [code] = (await gone) as [number | null];
      return code;
    },
    output: () => output,
  };
}
