import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addCredentials } from './check-document.ts';
import type { SettingSource, Settings } from './settings.ts';
import type { SettingsProblem } from './settings-error.ts';
import type { PlainVariable, Variables } from './variables.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

type ProcessSettings = Pick<
  Settings,
  'port' | 'host' | 'publicUrl' | 'dataDir' | 'temporal' | 'objectStore' | 's3Endpoint' | 'logLevel'
>;

/** What flags and environment alone decide: where this process listens, keeps its data and finds its servers. */
export function readProcessSettings(
  variables: Variables,
  cwd: string,
  sources: Map<string, SettingSource>,
  problems: SettingsProblem[],
): ProcessSettings {
  function optional(name: PlainVariable, path: string): string | undefined {
    const found = variables.get(name);
    if (found) sources.set(path, found.source);
    return found?.value;
  }
  function text(name: PlainVariable, path: string, otherwise: string): string {
    const found = optional(name, path);
    if (found === undefined) sources.set(path, 'default');
    return found ?? otherwise;
  }
  function check(path: PlainVariable, isFine: boolean, problem: string, remedy: string): void {
    if (!isFine) problems.push({ path, problem, remedy });
  }
  function checkUrl(path: PlainVariable, url: string | undefined): void {
    const isUrl = url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url);
    check(path, url === undefined || isUrl, 'it is no http address', 'Write it as https://host:port.');
    if (isUrl) addCredentials(path, url, problems);
  }

  const port = text('PORT', 'port', '18789');
  check(
    'PORT',
    /^\d{1,5}$/.test(port) && Number(port) <= 65_535,
    'it is no port number',
    'Use 0 to 65535, 18789 by default.',
  );
  const publicUrl = optional('PUBLIC_URL', 'publicUrl');
  checkUrl('PUBLIC_URL', publicUrl);
  const logLevel = text('LOG_LEVEL', 'logLevel', 'info').toLowerCase();
  check(
    'LOG_LEVEL',
    logLevels.includes(logLevel),
    'there is no such level',
    `One of: ${logLevels.join(', ')}.`,
  );
  const dataDir = resolve(cwd, text('DATA_DIR', 'dataDir', './data'));
  const objectStore = text('OBJECT_STORE', 'objectStore', pathToFileURL(join(dataDir, 'objects')).href);
  check(
    'OBJECT_STORE',
    /^(file:\/\/\/.|s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(\/|$))/.test(objectStore),
    'it is no address of a store',
    'Write it as file:///path or s3://bucket/prefix.',
  );
  const s3Endpoint = optional('S3_ENDPOINT', 's3Endpoint');
  checkUrl('S3_ENDPOINT', s3Endpoint);
  const address = optional('TEMPORAL_ADDRESS', 'temporal.address');
  check(
    'TEMPORAL_ADDRESS',
    address === undefined || /^[^\s/]+:\d{1,5}$/.test(address),
    'it is no host:port',
    'Write it as host:7233.',
  );
  const uiUrl = optional('TEMPORAL_UI_URL', 'temporal.uiUrl');
  checkUrl('TEMPORAL_UI_URL', uiUrl);
  return {
    port: Number(port),
    host: text('HOST', 'host', '127.0.0.1'),
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
    dataDir,
    temporal: {
      ...(address === undefined ? {} : { address }),
      namespace: text('TEMPORAL_NAMESPACE', 'temporal.namespace', 'default'),
      ...(uiUrl === undefined ? {} : { uiUrl }),
    },
    objectStore,
    ...(s3Endpoint === undefined ? {} : { s3Endpoint }),
    logLevel,
  };
}
