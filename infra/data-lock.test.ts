import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDirectory } from './data-lock.ts';
import { DataDirectoryLocked, DataDirectoryUnusable } from './errors.ts';

/** Another process that takes flock(2) on a file by its own few lines and says so. */
const holderSource = `
  const koffi = require(process.argv[1]);
  const name = process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6';
  const flock = koffi.load(name).func('int flock(int descriptor, int operation)');
  const descriptor = require('node:fs').openSync(process.argv[2], 'a+');
  process.stdout.write(flock(descriptor, 6) === 0 ? 'held' : 'refused');
  setInterval(() => {}, 1000);`;

let directory: string;
const children: ChildProcess[] = [];

async function holder(): Promise<{ child: ChildProcess; answer: string }> {
  const koffi = createRequire(import.meta.url).resolve('koffi');
  const child = spawn(process.execPath, ['--eval', holderSource, koffi, join(directory, 'lock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [answer] = await once(child.stdout, 'data');
  return { child, answer: String(answer) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  if (child.kill('SIGKILL')) await exited;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-lock-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && !child.killed) await kill(child);
  await rm(directory, { recursive: true });
});

test('another process is refused while the lock is held, and gets it afterwards', async () => {
  const lock = await lockDataDirectory(directory);
  expect((await holder()).answer).toBe('refused');
  await lock.release();
  expect((await holder()).answer).toBe('held');
});

test('a second Errand is told which directory is taken and what to do', async () => {
  await holder();
  const refusal = await lockDataDirectory(directory).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DataDirectoryLocked);
  expect(String(refusal)).toContain(directory);
  expect(String(refusal)).toContain('DATA_DIR');
});

test('a holder killed with -9 leaves no lock behind', async () => {
  const { child } = await holder();
  await kill(child);
  const lock = await lockDataDirectory(directory);
  await lock.release();
});

test('a lock file that names a living process means nothing without the lock', async () => {
  await writeFile(join(directory, 'lock'), '1\n');
  const lock = await lockDataDirectory(directory);
  expect(await readFile(join(directory, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  await lock.release();
});

test('a child process does not keep the lock of a parent that gave it away', async () => {
  const lock = await lockDataDirectory(directory);
  const child = spawn(process.execPath, [
    '--eval',
    "process.stdout.write('up'); setInterval(() => {}, 1000)",
  ]);
  children.push(child);
  await once(child.stdout, 'data');
  await lock.release();
  expect((await holder()).answer).toBe('held');
});

test('the same process is refused too', async () => {
  const lock = await lockDataDirectory(directory);
  await expect(lockDataDirectory(directory)).rejects.toBeInstanceOf(DataDirectoryLocked);
  await lock.release();
});

test('a directory that is not there gives one clear message', async () => {
  await expect(lockDataDirectory(join(directory, 'missing'))).rejects.toBeInstanceOf(DataDirectoryUnusable);
});
