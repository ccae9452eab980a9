import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccountConfig, webhookAccount } from '../../contracts/index.ts';
import { isBlank } from './blank.ts';
import { readSecretFile } from './secret-file.ts';
import type { Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

const secretBytes = 32;
const ownerOnly = 0o600;

export interface LocalSecrets {
  adminToken: string;
  /** The configured accounts; without any, one of id `hook` with a generated secret and no `replyUrl`. */
  accounts: AccountConfig[];
  /** The values that were generated, now or earlier, for redaction beside `settings.secrets`. */
  secrets: string[];
}

/**
 * Sees that there is an admin token, and an account to talk to: what nobody configured is generated once into the data
 * directory (`admin-token`, `hook-secret`, mode 0600) and used again from then on. Throws `SettingsError`.
 */
export async function ensureLocalSecrets(
  settings: Pick<Settings, 'adminToken' | 'config' | 'channelsConfigured'>,
  dataDir: string,
): Promise<LocalSecrets> {
  const secrets: string[] = [];
  async function local(name: string, generate: () => string): Promise<string> {
    const secret = await readOrCreate(join(dataDir, name), generate);
    secrets.push(secret);
    return secret;
  }
  const adminToken =
    settings.adminToken ?? (await local('admin-token', () => randomBytes(secretBytes).toString('base64url')));
  if (settings.channelsConfigured) return { adminToken, accounts: settings.config.channels, secrets };
  const secret = await local('hook-secret', () => `whsec_${randomBytes(secretBytes).toString('base64')}`);
  return { adminToken, accounts: [webhookAccount.parse({ id: 'hook', kind: 'webhook', secret })], secrets };
}

async function readOrCreate(path: string, generate: () => string): Promise<string> {
  try {
    await mkdir(join(path, '..'), { recursive: true });
    return (await readExisting(path)) ?? (await create(path, generate()));
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    if (!(error instanceof Error)) throw error;
    const problem = 'code' in error ? `it cannot be read or written (${error.code})` : error.message;
    throw wrong(path, problem, 'Make the data directory writable.');
  }
}

async function readExisting(path: string): Promise<string | undefined> {
  try {
    // Others may have been let in by a copy or a restore.
    await chmod(path, ownerOnly);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const secret = await readSecretFile(path);
  if (isBlank(secret))
    throw wrong(path, 'it is blank', 'Remove it: a new one is generated at the next start.');
  return secret;
}

/** Written aside and then linked into place: it is there whole or not at all, and what another process made first stays. */
async function create(path: string, secret: string): Promise<string> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(aside, 'wx', ownerOnly);
    try {
      await file.writeFile(`${secret}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(aside, path).catch(async (error: unknown) => {
      if (isCode(error, 'EEXIST')) return;
      // Some mounted file systems know no links.
      await rename(aside, path);
    });
  } finally {
    await rm(aside, { force: true });
  }
  return (await readExisting(path)) ?? secret;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function wrong(path: string, problem: string, remedy: string): SettingsError {
  return new SettingsError([{ path, problem, remedy }]);
}
