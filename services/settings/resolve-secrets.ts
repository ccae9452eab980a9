import { resolve } from 'node:path';
import { config, secretSource } from '../../contracts/index.ts';
import { isBlank } from './blank.ts';
import { readSecretFile } from './secret-file.ts';
import { isRecord, type Path, secretPaths } from './secret-paths.ts';
import type { Env } from './settings.ts';

export interface ResolvedSecret {
  path: Path;
  /** Absent when it could not be had. */
  value?: string;
  /** Where the value is, when not in the document itself. */
  fromEnv: boolean;
  /** Why it cannot be used: an unset variable, an unreadable file, a blank value. */
  problem?: string;
}

/**
 * Replaces every secret source in a document by its value, in place. What cannot be had becomes an empty string,
 * so that the rest can still be checked. The secrets of accounts must not be blank; a model's key may be empty.
 */
export async function resolveSecrets(
  document: Record<string, unknown>,
  env: Env,
  directory: string,
): Promise<ResolvedSecret[]> {
  const resolved: ResolvedSecret[] = [];
  for (const path of [...secretPaths(config, document)]) {
    const parent = path.slice(0, -1).reduce<unknown>(child, document);
    const key = path.at(-1);
    const source = secretSource.safeParse(child(parent, key));
    if (!isRecord(parent) || key === undefined || !source.success) continue;
    const secret = await resolveOne(source.data, env, directory);
    if (path[0] === 'channels' ? isBlank(secret.value ?? '') : isBlank(secret.value || 'none')) {
      secret.problem ??= 'the secret is blank';
    }
    parent[key] = secret.problem === undefined ? (secret.value ?? '') : '';
    resolved.push({ path, ...secret });
  }
  return resolved;
}

type Source = string | { env: string } | { file: string };

async function resolveOne(
  source: Source,
  env: Env,
  directory: string,
): Promise<Omit<ResolvedSecret, 'path'>> {
  if (typeof source === 'string') return { value: source, fromEnv: false };
  if ('env' in source) {
    const value = env[source.env];
    return value === undefined
      ? { fromEnv: true, problem: `the environment variable ${source.env} is not set` }
      : { value, fromEnv: true };
  }
  try {
    return { value: await readSecretFile(resolve(directory, source.file)), fromEnv: false };
  } catch (error) {
    return { fromEnv: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function child(parent: unknown, key: string | number | undefined): unknown {
  if (key === undefined) return undefined;
  if (Array.isArray(parent)) return parent[Number(key)];
  return isRecord(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}
