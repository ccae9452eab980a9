import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSettings } from './load-settings.ts';
import { ensureLocalSecrets } from './local-secrets.ts';

let directory: string;
let dataDir: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-secrets-'));
  dataDir = join(directory, 'data');
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function ensure(env: Record<string, string> = {}) {
  return ensureLocalSecrets(await loadSettings({ env, cwd: directory }), dataDir);
}

it('generates an admin token and the hook account, readable by the owner alone', async () => {
  const { adminToken, accounts, secrets } = await ensure();
  expect(adminToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(accounts).toMatchObject([{ id: 'hook', kind: 'webhook', flow: 'assistant' }]);
  const [hook] = accounts;
  const secret = hook?.kind === 'webhook' ? String(hook.secret) : '';
  expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
  expect(secrets).toEqual([adminToken, secret]);
  for (const name of ['admin-token', 'hook-secret']) {
    expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
  }
  expect((await readFile(join(dataDir, 'admin-token'), 'utf8')).trim()).toBe(adminToken);
});

it('uses them again at later starts, and closes them to others', async () => {
  const first = await ensure();
  await chmod(join(dataDir, 'admin-token'), 0o644);
  expect(await ensure()).toEqual(first);
  expect((await stat(join(dataDir, 'admin-token'))).mode & 0o777).toBe(0o600);
});

it('agrees on one secret when several processes start at once, and leaves nothing aside', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => ensure()));
  expect(new Set(all.map(({ adminToken }) => adminToken)).size).toBe(1);
  expect((await readdir(dataDir)).sort()).toEqual(['admin-token', 'hook-secret']);
});

it('generates nothing that is configured', async () => {
  await writeFile(join(directory, 'errand.yaml'), 'channels: [{ id: mine, kind: webhook, secret: whsec_x }]');
  const { adminToken, accounts, secrets } = await ensure({ ADMIN_TOKEN: 'chosen' });
  expect(adminToken).toBe('chosen');
  expect(accounts.map(({ id }) => id)).toEqual(['mine']);
  expect(secrets).toEqual([]);
});

it('makes up no account when the configured ones cannot start', async () => {
  await writeFile(join(directory, 'errand.yaml'), 'channels: [{ id: mine, kind: webhook, secret: "" }]');
  expect((await ensure()).accounts).toEqual([]);
});

it('refuses a file that is blank rather than let everyone in', async () => {
  await ensure();
  await writeFile(join(dataDir, 'admin-token'), '\n');
  await expect(ensure()).rejects.toThrow('it is blank');
});

it('says so when the data directory cannot be made', async () => {
  await writeFile(dataDir, 'a file in its place');
  await expect(ensure()).rejects.toThrow('Make the data directory writable');
});
