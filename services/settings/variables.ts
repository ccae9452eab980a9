import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isBlank } from './blank.ts';
import { readSecretFile } from './secret-file.ts';
import type { Env, SettingSource } from './settings.ts';
import type { SettingsProblem } from './settings-error.ts';

/** Flag by variable. Secrets have none: flags show in process lists. */
const flagNames = {
  ERRAND_CONFIG: 'config',
  PORT: 'port',
  HOST: 'host',
  PUBLIC_URL: 'public-url',
  DATA_DIR: 'data-dir',
  OBJECT_STORE: 'object-store',
  S3_ENDPOINT: 's3-endpoint',
  TEMPORAL_ADDRESS: 'temporal-address',
  TEMPORAL_NAMESPACE: 'temporal-namespace',
  TEMPORAL_UI_URL: 'temporal-ui-url',
  LOG_LEVEL: 'log-level',
} as const;
export type PlainVariable = keyof typeof flagNames | 'MODEL_ENDPOINT' | 'MODEL_NAME';

/** Each also read from the file that `NAME_FILE` names. */
const secretNames = [
  'ADMIN_TOKEN',
  'MODEL_API_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'TEMPORAL_API_KEY',
] as const;
export type SecretVariable = (typeof secretNames)[number];

export interface Value {
  value: string;
  source: SettingSource;
}

export interface Variables {
  /** From a flag or the environment; undefined when neither sets it, or sets it blank. */
  get(name: PlainVariable): Value | undefined;
  secrets: ReadonlyMap<SecretVariable, string>;
}

/** Reads flags, the environment and the files that the environment names for secrets. */
export async function readVariables(
  argv: readonly string[],
  env: Env,
  cwd: string,
  problems: SettingsProblem[],
): Promise<Variables> {
  const flags = readFlags(argv);
  const secrets = new Map<SecretVariable, string>();
  for (const name of secretNames) {
    const secret = await readSecret(name, env, cwd, problems);
    if (secret !== undefined) secrets.set(name, secret);
  }
  return {
    get(name) {
      const flag = Object.hasOwn(flagNames, name) ? flags.get(name) : undefined;
      if (flag !== undefined) return { value: flag, source: 'flag' };
      const value = env[name]?.trim();
      return value ? { value, source: 'environment' } : undefined;
    },
    secrets,
  };
}

function readFlags(argv: readonly string[]): Map<string, string> {
  const options = Object.fromEntries(
    Object.values(flagNames).map((flag) => [flag, { type: 'string' as const }]),
  );
  // Commands have flags of their own, which pass.
  const { values } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true });
  return new Map(
    Object.entries(flagNames).flatMap(([name, flag]) => {
      const value = values[flag];
      return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
    }),
  );
}

async function readSecret(
  name: SecretVariable,
  env: Env,
  cwd: string,
  problems: SettingsProblem[],
): Promise<string | undefined> {
  // Compose files and templates pass what is not set as an empty value.
  const direct = env[name]?.trim() ? env[name] : undefined;
  const path = env[`${name}_FILE`]?.trim();
  if (direct !== undefined && path) {
    problems.push({
      path: name,
      problem: `both ${name} and ${name}_FILE are set`,
      remedy: 'Set one of them.',
    });
    return undefined;
  }
  if (!path) {
    if (direct === undefined || !isBlank(direct)) return direct;
    problems.push({
      path: name,
      problem: 'it is not filled in',
      remedy: 'Set its value, or leave it unset.',
    });
    return undefined;
  }
  try {
    const secret = await readSecretFile(resolve(cwd, path));
    if (isBlank(secret)) throw new Error('the file is blank');
    return secret;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    problems.push({ path: `${name}_FILE`, problem, remedy: 'Name a readable file that holds the secret.' });
    return undefined;
  }
}
