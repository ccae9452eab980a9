import { type Config, config } from '../../contracts/index.ts';
import { isBlank } from './blank.ts';
import { checkCaFiles, withAbsoluteCaFiles } from './ca-files.ts';
import { checkDocument } from './check-document.ts';
import { readConfigFile } from './config-file.ts';
import { effectiveDocument } from './effective-document.ts';
import { environmentModel } from './environment-model.ts';
import { readProcessSettings } from './process-settings.ts';
import { type ResolvedSecret, resolveSecrets } from './resolve-secrets.ts';
import { secretPaths } from './secret-paths.ts';
import type { Env, SettingSource, Settings, UnusableAccount } from './settings.ts';
import { SettingsError, type SettingsProblem } from './settings-error.ts';
import { addSources } from './sources.ts';
import { readVariables } from './variables.ts';

export interface LoadOptions {
  /** Command-line arguments; those that are no setting are passed over. */
  argv?: readonly string[];
  env: Env;
  /** What relative paths start from. */
  cwd: string;
}

/**
 * Reads flags, environment and file, in this precedence, over the defaults. An account whose secret is missing or
 * blank is left out and listed in `unusableAccounts`; any other problem refuses the whole: all of them at once, as
 * `SettingsError`.
 */
export async function loadSettings({ argv = [], env, cwd }: LoadOptions): Promise<Settings> {
  const problems: SettingsProblem[] = [];
  const sources = new Map<string, SettingSource>();
  const variables = await readVariables(argv, env, cwd, problems);
  const process = readProcessSettings(variables, cwd, sources, problems);
  const fromEnvironment = environmentModel(variables, problems);
  const file = await readConfigFile(variables.get('ERRAND_CONFIG')?.value, cwd).catch((error: unknown) => {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError([...problems, ...error.problems]);
  });
  const secrets = await resolveSecrets(file.document, env, file.directory);
  problems.push(...secrets.flatMap((secret) => (secret.path[0] === 'channels' ? [] : problemOf(secret))));
  const checked = checkDocument(file.document, problems);
  if (checked) await checkCaFiles(checked.models, file.directory, problems);
  const unusableAccounts = checked ? unusableAccountsOf(checked, secrets) : [];
  if (!checked || problems.length > 0) throw new SettingsError([...problems, ...unusableAccounts]);

  const unusableIds = new Set(unusableAccounts.map(({ account }) => account));
  const effective = effectiveDocument(file.document, unusableIds, fromEnvironment?.model);
  const parsed = withAbsoluteCaFiles(config.parse(effective.document), file.directory);
  addSources(parsed, effective.document, '', sources);
  for (const { path, fromEnv } of secrets) {
    const place = fromEnv ? effective.pathOf(path) : undefined;
    if (place) sources.set(place.join('.'), 'environment');
  }
  for (const [path, source] of fromEnvironment?.sources ?? []) sources.set(`models.0.${path}`, source);
  const adminToken = variables.secrets.get('ADMIN_TOKEN');
  if (adminToken !== undefined) sources.set('adminToken', 'environment');

  return {
    ...process,
    config: parsed,
    sources,
    secretPaths: new Set(['adminToken', ...[...secretPaths(config, parsed)].map((path) => path.join('.'))]),
    unusableAccounts,
    channelsConfigured: checked.channels.length > 0,
    ...(adminToken === undefined ? {} : { adminToken }),
    env: { ...env, ...Object.fromEntries(variables.secrets) },
    secrets: [
      ...variables.secrets.values(),
      ...secrets.flatMap(({ value = '' }) => (isBlank(value) ? [] : [value])),
    ],
  };
}

/** One entry for each secret that keeps an account from starting. */
function unusableAccountsOf({ channels }: Config, secrets: readonly ResolvedSecret[]): UnusableAccount[] {
  return secrets.flatMap((secret) => {
    const [list, index] = secret.path;
    const account = list === 'channels' && typeof index === 'number' ? channels[index] : undefined;
    return account
      ? problemOf(secret).map((problem) => ({ ...problem, account: account.id, kind: account.kind }))
      : [];
  });
}

function problemOf({ path, problem }: ResolvedSecret): SettingsProblem[] {
  if (problem === undefined) return [];
  const remedy = 'Write the secret, { env: NAME } or { file: path }, and see that it is filled in.';
  return [{ path: path.join('.'), problem, remedy }];
}
