import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A bench process of its own, so that its CPU is counted apart. */
export interface Child {
  process: ChildProcess;
  pid: number;
  /** Its first message: where it listens. */
  address: string;
  close(): Promise<void>;
}

/** Starts a script beside this one and waits until it says where it listens. Throws when it exits before. */
export async function startChild(script: string, env: Record<string, string>): Promise<Child> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
  });
  return { process: child, pid: child.pid ?? 0, address, close: () => endProcess(child) };
}

/** Asks a process to end, and ends it when it has not within twenty seconds. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const deadline = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(deadline);
}
