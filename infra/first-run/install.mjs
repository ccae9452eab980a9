import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, root, say } from './project.mjs';
import { run } from './run.mjs';

/**
 * Installs the packages of the lock file, unless exactly these are installed: npm keeps a lock file of what it
 * installed in `node_modules/.package-lock.json`.
 */
export async function ensureInstalled() {
  const wanted = lockedPackages('package-lock.json') ?? {};
  if (isInstalled(wanted)) return;
  const total = Object.keys(wanted).filter((path) => isForHere(wanted[path])).length;
  say(`Installing ${total} packages (npm ci) …`);
  const arrived = () => Object.keys(wanted).filter((path) => existsSync(join(root, path))).length;
  const { code, output, took } = await run(...npm('ci', '--include=dev', '--no-progress'), {
    beat: (time) => `${arrived()} of ${total} packages, ${time}`,
  });
  if (code !== 0) throw new Refusal(`${reasons(output)}\nnpm ci failed. ${remedy(output)}`);
  say(
    `Installed ${arrived()} packages, ${Math.round(directoryBytes(join(root, 'node_modules')) / 1e6)} MB, in ${took}.`,
  );
}

/** Every package that this platform needs is there at the locked version. */
function isInstalled(wanted) {
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (installed[path]) return installed[path].version === entry.version && existsSync(join(root, path));
    return entry.optional && !isForHere(entry);
  });
}

/** An optional package says what it is for; one that names no platform, or a C library, may be left out by npm. */
function isForHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && !libc);
}

function lockedPackages(file) {
  try {
    const { packages = {} } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return Object.fromEntries(Object.entries(packages).filter(([path]) => path.startsWith('node_modules/')));
  } catch {
    return undefined;
  }
}

/** The npm that runs this script, otherwise the one on PATH. */
function npm(...args) {
  const path = process.env.npm_execpath;
  return path?.endsWith('.js') ? [process.execPath, [path, ...args]] : ['npm', args];
}

function remedy(output) {
  if (/ENOSPC/.test(output)) return 'The disk is full: free some space and try again.';
  if (/EACCES|EPERM|EROFS/.test(output)) return `Make ${root} writable for this user and try again.`;
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|network/i.test(output))
    return 'This machine does not reach the package registry that npm is configured for: mend that and try again.';
  return 'Put right what npm says above and try again.';
}

/** What npm says first is why; what it says last is help. */
function reasons(output) {
  const lines = output.split('\n').filter((line) => line.trim());
  const errors = lines.filter((line) => /^npm err/i.test(line));
  return (errors.length > 0 ? errors : lines).slice(0, 15).join('\n');
}

function directoryBytes(directory) {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) bytes += directoryBytes(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}
