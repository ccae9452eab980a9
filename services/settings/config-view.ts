import { isBlank } from './blank.ts';
import type { SettingSource, Settings } from './settings.ts';
import { leaves } from './sources.ts';

export interface ConfigRow {
  path: string;
  value: unknown;
  source: SettingSource;
}

/** Every setting with its value and where it came from, secrets masked: what `config show` prints. */
export function configView(settings: Settings): ConfigRow[] {
  const { config, sources, secretPaths, port, host, dataDir, adminToken, temporal, objectStore } = settings;
  const { publicUrl, s3Endpoint, logLevel } = settings;
  const shown = {
    port,
    host,
    publicUrl,
    dataDir,
    adminToken,
    temporal,
    objectStore,
    s3Endpoint,
    logLevel,
    ...config,
  };
  return [...leaves(shown, '')].map(([path, value]) => ({
    path,
    value: secretPaths.has(path) ? mask(value) : value,
    source: sources.get(path) ?? 'default',
  }));
}

/** Tells a missing secret from one that is set, and nothing else. */
function mask(value: unknown): string {
  return typeof value === 'string' && isBlank(value) ? '' : '********';
}
