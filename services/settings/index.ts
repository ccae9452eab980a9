/**
 * Settings: what the operator decided, from flags, environment, configuration file and defaults, checked as a whole
 * and told where each value came from. Secrets come by value, variable or file, and leave only as values to be used.
 */
export { type ConfigRow, configView } from './config-view.ts';
export { type LoadOptions, loadSettings } from './load-settings.ts';
export { ensureLocalSecrets, type LocalSecrets } from './local-secrets.ts';
export type { Env, SettingSource, Settings, UnusableAccount } from './settings.ts';
export type { SettingsProblem } from './settings-error.ts';
