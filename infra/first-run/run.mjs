import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root, say } from './project.mjs';

const keptOutput = 200_000;

/**
 * Runs a command in the project's root and resolves with its exit code and its output.
 * `inherit`: its output is ours. `beat`: called every five seconds for a line about its progress.
 */
export async function run(command, args, { inherit = false, env = process.env, beat } = {}) {
  const started = Date.now();
  const child = spawn(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', inherit ? 'inherit' : 'pipe', inherit ? 'inherit' : 'pipe'],
  });
  let output = '';
  const keep = (text) => {
    output = (output + text).slice(-keptOutput);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const beats = beat && setInterval(() => say(`  … ${beat(seconds(started))}`), 5_000);
  const code = await end(child).finally(() => clearInterval(beats));
  return { code, output, took: seconds(started) };
}

/** Becomes the command, as far as a parent can: its streams, its signals, its exit code. */
export async function become(command, args) {
  const child = spawn(command, args, { cwd: process.cwd(), stdio: 'inherit' });
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the child as well; twice would read as impatience.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return end(child);
}

/** The exit code, or 128 and the signal's number, as shells say it. */
function end(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** `3.2 s` since a moment. */
export function seconds(since) {
  return `${((Date.now() - since) / 1_000).toFixed(1)} s`;
}
