import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configView } from './config-view.ts';
import { loadSettings } from './load-settings.ts';
import { SettingsError } from './settings-error.ts';

const canary = 'canary-5d41402abc4b2a76';
let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'errand-settings-'));
});
afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(cwd, name), text);
}

function load(env: Record<string, string> = {}, argv: string[] = []) {
  return loadSettings({ env, argv, cwd });
}

async function problemsOf(loading: Promise<unknown>): Promise<Record<string, string>> {
  const error = await loading.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SettingsError)) throw error;
  expect(error.message).not.toContain(canary);
  for (const { path, remedy } of error.problems) {
    expect(error.message).toContain(path);
    expect(remedy).not.toBe('');
  }
  return Object.fromEntries(error.problems.map(({ path, problem }) => [path, problem]));
}

describe('without anything set', () => {
  it('has the documented defaults', async () => {
    const settings = await load();
    expect(settings).toMatchObject({
      port: 18_789,
      host: '127.0.0.1',
      dataDir: join(cwd, 'data'),
      temporal: { namespace: 'default' },
      objectStore: `file://${join(cwd, 'data', 'objects')}`,
      logLevel: 'info',
      channelsConfigured: false,
      secrets: [],
    });
    expect(settings.config).toMatchObject({ models: [], channels: [], promoteAfter: '20s' });
    expect(settings.sources.get('port')).toBe('default');
    expect(settings.sources.get('memory.keepDays')).toBe('default');
  });

  it('takes variables that are empty for unset', async () => {
    const settings = await load({
      PORT: '',
      ADMIN_TOKEN: '',
      MODEL_API_KEY: '',
      MODEL_ENDPOINT: ' ',
      S3_ENDPOINT: '',
    });
    expect(settings.port).toBe(18_789);
    expect(settings.adminToken).toBeUndefined();
    expect(settings.config.models).toEqual([]);
  });
});

describe('precedence', () => {
  it('prefers flags to the environment and the environment to the default', async () => {
    const env = { PORT: '2000', HOST: '0.0.0.0', DATA_DIR: '/srv/errand', TEMPORAL_ADDRESS: 'temporal:7233' };
    const settings = await load(env, ['start', '--role', 'api', '--port', '3000', '--log-level=debug']);
    expect(settings).toMatchObject({
      port: 3_000,
      host: '0.0.0.0',
      dataDir: '/srv/errand',
      logLevel: 'debug',
    });
    expect(settings.temporal).toEqual({ address: 'temporal:7233', namespace: 'default' });
    expect(settings.sources.get('port')).toBe('flag');
    expect(settings.sources.get('host')).toBe('environment');
    expect(settings.sources.get('temporal.namespace')).toBe('default');
  });

  it('puts the model of the environment first, in place of one of the same id as a whole', async () => {
    await write(
      'errand.yaml',
      `models:\n  - { id: main, endpoint: "http://a/v1", model: m }\n  - { id: default, endpoint: "http://b/v1", apiKey: ${canary}, model: n }\n`,
    );
    const settings = await load({ MODEL_ENDPOINT: 'http://c/v1', MODEL_NAME: 'qwen' });
    expect(settings.config.models.map(({ id, endpoint }) => [id, endpoint])).toEqual([
      ['default', 'http://c/v1'],
      ['main', 'http://a/v1'],
    ]);
    expect(settings.config.models[0]?.apiKey).toBe('');
    expect(settings.sources.get('models.0.endpoint')).toBe('environment');
    expect(settings.sources.get('models.0.apiKey')).toBe('default');
    expect(settings.sources.get('models.1.endpoint')).toBe('file');
    expect(settings.sources.get('models.1.timeouts.connect')).toBe('default');
  });
});

describe('the file', () => {
  const document = {
    models: [
      {
        id: 'main',
        endpoint: 'https://a/v1',
        apiKey: { env: 'KEY' },
        headers: { 'x-team': canary },
        model: 'm',
      },
    ],
    channels: [{ id: 'hook', kind: 'webhook', secret: { file: 'hook.txt' } }],
    egress: { allow: ['10.0.0.0/8'] },
  };

  it.each(['errand.yaml', 'errand.yml', 'errand.json'])('is found as %s', async (name) => {
    await write(name, JSON.stringify(document));
    await write('hook.txt', 'whsec_x\n');
    const settings = await load({ KEY: 'sk-1' });
    expect(settings.config.models[0]).toMatchObject({ apiKey: 'sk-1', headers: { 'x-team': canary } });
    expect(settings.config.channels[0]).toMatchObject({ secret: 'whsec_x' });
    expect([...settings.secrets].sort()).toEqual([canary, 'sk-1', 'whsec_x']);
    expect(settings.sources.get('models.0.apiKey')).toBe('environment');
    expect(settings.sources.get('channels.0.secret')).toBe('file');
    expect(settings.sources.get('egress.allow')).toBe('file');
  });

  it('is shown with its secrets masked', async () => {
    await write('errand.json', JSON.stringify(document));
    await write('hook.txt', canary);
    const view = configView(await load({ KEY: canary, ADMIN_TOKEN: canary }));
    expect(JSON.stringify(view)).not.toContain(canary);
    expect(view).toContainEqual({ path: 'models.0.apiKey', value: '********', source: 'environment' });
    expect(view).toContainEqual({ path: 'adminToken', value: '********', source: 'environment' });
    expect(view).toContainEqual({ path: 'port', value: 18_789, source: 'default' });
    expect(view).toContainEqual({ path: 'egress.allow', value: ['10.0.0.0/8'], source: 'file' });
  });

  it('may be named, and then has to be there', async () => {
    await write('other.yaml', 'promoteAfter: 5s\n');
    expect((await load({ ERRAND_CONFIG: 'other.yaml' })).config.promoteAfter).toBe('5s');
    expect(Object.keys(await problemsOf(load({ ERRAND_CONFIG: 'missing.yaml' })))).toEqual([
      join(cwd, 'missing.yaml'),
    ]);
  });

  it('may be empty', async () => {
    await write('errand.yaml', '# nothing yet\n');
    expect((await load()).config.models).toEqual([]);
  });

  it('must not be there twice', async () => {
    await write('errand.yaml', '');
    await write('errand.json', '{}');
    expect(await problemsOf(load())).toEqual({ [cwd]: 'both errand.yaml and errand.json are there' });
  });

  it.each([
    ['YAML that is broken', 'errand.yaml', `models: [\n  apiKey: "${canary}\n`],
    ['JSON that is broken', 'errand.json', `{"apiKey": ${canary}}`],
    ['a list', 'errand.yaml', `- ${canary}`],
    ['two documents', 'errand.yaml', `a: ${canary}\n---\nb: 1\n`],
    ['a file of 2 MB', 'errand.yaml', `a: "${'x'.repeat(2_000_000)}"`],
    ['a bomb of aliases', 'errand.yaml', aliasBomb()],
    ['100,000 brackets', 'errand.yaml', '['.repeat(100_000)],
  ])('is refused when it is %s', async (_, name, text) => {
    await write(name, text);
    expect(Object.keys(await problemsOf(load()))).toEqual([join(cwd, name)]);
  });
});

/** Nine levels of nine references each: 387 million values. */
function aliasBomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}
