import type { ChannelKind, Config } from '../../contracts/index.ts';
import type { SettingsProblem } from './settings-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Where a value came from. */
export type SettingSource = 'flag' | 'environment' | 'file' | 'default';

/** An account that does not start, because a secret of its own is missing or blank. */
export interface UnusableAccount extends SettingsProblem {
  account: string;
  kind: ChannelKind;
}

/** Everything that is set, with every secret resolved to its value. */
export interface Settings {
  config: Config;
  /** By dotted path, such as `port` or `models.0.endpoint`. */
  sources: ReadonlyMap<string, SettingSource>;
  /** Dotted paths of the values that `configView` masks. */
  secretPaths: ReadonlySet<string>;
  /** Accounts that were left out of `config.channels`: to be said loudly at the start. */
  unusableAccounts: readonly UnusableAccount[];
  /** Whether anyone configured a channel, usable or not. */
  channelsConfigured: boolean;
  port: number;
  host: string;
  /** Where platforms and people reach the API, without a slash at the end; absent: as each caller does. */
  publicUrl?: string;
  /** Absolute. */
  dataDir: string;
  /** Absent: the generated one (`ensureLocalSecrets`). */
  adminToken?: string;
  /** `uiUrl`: where the Web UI of somebody else's server listens, under the path `/temporal`. */
  temporal: { address?: string; namespace: string; uiUrl?: string };
  /** `file:///…` or `s3://bucket/prefix`. */
  objectStore: string;
  s3Endpoint?: string;
  logLevel: string;
  /** The environment, with the secrets of other libraries (AWS, Temporal) filled in from their `NAME_FILE`. */
  env: Env;
  /** All secret values, for redaction. */
  secrets: readonly string[];
}
