import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSettings } from '../services/settings/index.ts';

/** Prints the admin token: the configured one, else the one that the first start generated. */
export async function tokenCommand(): Promise<void> {
  const settings = await loadSettings({ env: process.env, cwd: process.cwd() });
  const path = join(settings.dataDir, 'admin-token');
  const token = settings.adminToken ?? (await readFile(path, 'utf8').catch(() => ''));
  if (token.trim() === '') throw new Error(`there is no token yet at ${path}; start Errand once`);
  console.log(token.trim());
}
