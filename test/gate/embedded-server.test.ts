import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { EmbeddedServer, type ServerLogEntry, setUpTemporal } from '../../infra/index.ts';
import { serversOn } from '../../infra/temporal/processes.ts';
import { serverArguments } from '../../infra/temporal/server-process.ts';

let dataDirectory: string;
let databaseFile: string;
let server: EmbeddedServer | undefined;
let health: string[];
let log: ServerLogEntry[];

async function start(binary = inject('binaries').temporal): Promise<EmbeddedServer> {
  server = await EmbeddedServer.start({
    binary,
    dataDirectory,
    onLog: (entry) => log.push(entry),
    onHealth: (healthy, reason) => health.push(`${healthy ? 'healthy' : 'unhealthy'}: ${reason}`),
    startTimeoutMs: 30_000,
  });
  return server;
}

async function namespaces(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  const { namespaces: found } = await connection.workflowService.listNamespaces({});
  await connection.close();
  return found.map((entry) => entry.namespaceInfo?.name ?? '');
}

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'errand-server-'));
  databaseFile = join(dataDirectory, 'temporal', 'temporal.db');
  server = undefined;
  health = [];
  log = [];
});

afterEach(async () => {
  await server?.stop();
  expect(await serversOn(databaseFile)).toEqual([]);
  await rm(dataDirectory, { recursive: true });
});

test('a server killed with -9 is restarted on the same ports with its data, and says so meanwhile', async () => {
  const { address, pid, uiUrl } = await start();
  const connection = await Connection.connect({ address });
  await setUpTemporal(connection, { namespace: 'kept', retentionHours: 12 });
  await connection.close();
  process.kill(Number(pid), 'SIGKILL');
  await vi.waitFor(() => expect(server?.healthy).toBe(false));
  await vi.waitFor(() => expect(server?.healthy).toBe(true), { timeout: 20_000, interval: 20 });
  expect(server).toMatchObject({ address, uiUrl });
  expect(server?.pid).not.toBe(pid);
  expect(await namespaces(address)).toContain('kept');
  expect(health).toEqual(['healthy: started', 'unhealthy: ended by SIGKILL', 'healthy: restarted']);
});

test('a server that hangs is reported, and reported again when it answers', async () => {
  const { pid } = await start();
  process.kill(Number(pid), 'SIGSTOP');
  await vi.waitFor(() => expect(server?.healthy).toBe(false), { timeout: 30_000, interval: 50 });
  process.kill(Number(pid), 'SIGCONT');
  await vi.waitFor(() => expect(server?.healthy).toBe(true), { timeout: 30_000, interval: 50 });
  expect(server?.pid).toBe(pid);
  expect(health).toEqual(['healthy: started', 'unhealthy: does not answer', 'healthy: answers again']);
});

test('the next start has the same ports and the same data', async () => {
  const first = await start();
  const connection = await Connection.connect({ address: first.address });
  await setUpTemporal(connection, { namespace: 'kept', retentionHours: 12 });
  await connection.close();
  await first.stop();
  const second = await start();
  expect(second.address).toBe(first.address);
  expect(await namespaces(second.address)).toContain('kept');
});

test('a server that a killed parent left behind is ended before the next one starts', async () => {
  const first = await start();
  await first.stop();
  const ports = JSON.parse(await readFile(join(dataDirectory, 'temporal', 'server.json'), 'utf8'));
  const script = `
    const [binary, ...args] = process.argv.slice(1);
    require('node:child_process').spawn(binary, args, { detached: true, stdio: 'ignore' });
    setInterval(() => {}, 1000);`;
  const args = serverArguments({ databaseFile, ports });
  const parent = spawn(process.execPath, ['--eval', script, inject('binaries').temporal, ...args]);
  const orphan = await vi.waitFor(
    async () => {
      const [pid] = await serversOn(databaseFile);
      return pid ?? Promise.reject(new Error('not there yet'));
    },
    { timeout: 10_000, interval: 20 },
  );
  const exited = once(parent, 'exit');
  parent.kill('SIGKILL');
  await exited;
  expect(await serversOn(databaseFile)).toEqual([orphan]);
  const second = await start();
  expect(await serversOn(databaseFile)).toEqual([second.pid]);
  expect(second.pid).not.toBe(orphan);
  expect(second.address).toBe(first.address);
});

test('a binary that does not start fails at once with its reason', async () => {
  await expect(start('/nowhere/temporal')).rejects.toThrow(/did not come up.*ENOENT/s);
});

test('a server that ends at once fails with its last words', async () => {
  await expect(start(process.execPath)).rejects.toThrow(/did not come up.*Cannot find module/s);
});

test('nothing that the server opens is reachable from outside, and its pages are under /temporal', async () => {
  const { uiUrl, pid } = await start();
  const inodes = new Set<string>();
  const table = `${await readFile(`/proc/${pid}/net/tcp`, 'utf8')}${await readFile(`/proc/${pid}/net/tcp6`, 'utf8')}`;
  for (const line of table.split('\n')) {
    const [, local, , state] = line.trim().split(/\s+/);
    // State 0A is LISTEN; the address is in hexadecimal, each word in host order (proc(5)).
    if (state === '0A' && /^(0{8}|0{32}):/.test(local ?? '')) inodes.add(line.trim().split(/\s+/)[9] ?? '');
  }
  expect(await ownSockets(Number(pid), inodes)).toEqual([]);
  const page = await fetch(`${uiUrl}/`, { signal: AbortSignal.timeout(10_000) });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('/temporal/');
});

/** The sockets among `inodes` that a process holds. */
async function ownSockets(pid: number, inodes: Set<string>): Promise<string[]> {
  const { readdir, readlink } = await import('node:fs/promises');
  const names = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return links.filter((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ''));
}
