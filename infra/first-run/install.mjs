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
  const paths = Object.keys(wanted).filter((path) => fits(wanted[path]));
  // npm makes all directories at once and fills them one by one.
  const arrived = () => paths.filter((path) => existsSync(join(root, path, 'package.json'))).length;
  say(`Installing ${paths.length} packages (npm ci) …`);
  const { code, output, took } = await run(...npm('ci', '--include=dev', '--no-progress'), {
    beat: (time) => `${arrived()} of ${paths.length} packages, ${time}`,
  });
  if (code !== 0) throw new Refusal(`${reasons(output)}\nnpm ci failed. ${remedy(output)}`);
  const size = Math.round(directoryBytes(join(root, 'node_modules')) / 1e6);
  say(`Installed ${arrived()} packages, ${size} MB, in ${took}.`);
}

/** Every package is there at the locked version; an optional one only where it is made for this platform. */
function isInstalled(wanted) {
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (installed[path]) return installed[path].version === entry.version && existsSync(join(root, path));
    return entry.optional && !(entry.os && fits(entry));
  });
}

/** What npm looks at before it takes an optional package. */
function fits({ os, cpu, libc }) {
  if (os && !os.includes(process.platform)) return false;
  if (cpu && !cpu.includes(process.arch)) return false;
  return !libc || libc.includes(cLibrary());
}

function cLibrary() {
  return existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
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
