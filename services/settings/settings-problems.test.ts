import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateCa } from '../../test/fakes/model-server-tls.ts';
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

describe('problems', () => {
  it('are told all at once, each with its path, and without a value', async () => {
    await write(
      'errand.yaml',
      `
models:
  - { id: main, endpoint: "ftp://a", model: m, apiKey: { env: NOT_SET } }
  - { id: main, endpoint: "http://a", model: m, timeouts: { total: ${canary} } }
channels:
  - { id: hook, kind: webhook, secret: ${canary}, replyURL: "http://x" }
  - { id: pigeon, kind: carrier-pigeon, secret: ${canary} }
  - { id: UPPER, kind: webhook, secret: { env: A, file: b } }
colour: ${canary}
`,
    );
    const problems = await problemsOf(load({ PORT: 'http', LOG_LEVEL: 'loud', MODEL_API_KEY: canary }));
    expect(Object.keys(problems).sort()).toEqual([
      'LOG_LEVEL',
      'MODEL_ENDPOINT',
      'PORT',
      'channels.0.replyURL',
      'channels.1.kind',
      'channels.2.id',
      'channels.2.secret',
      'colour',
      'models.0.apiKey',
      'models.0.endpoint',
      'models.1.timeouts.total',
    ]);
  });

  it('tells ids that are used twice', async () => {
    const account = '{ id: hook, kind: webhook, secret: whsec_x }';
    const model = '{ id: m, endpoint: "http://a", model: m }';
    await write('errand.yaml', `channels: [${account}, ${account}]\nmodels: [${model}, ${model}]\n`);
    expect(Object.keys(await problemsOf(load()))).toEqual(['models.1.id', 'channels.1.id']);
  });

  it('tells addresses with credentials, and networks that are none', async () => {
    await write(
      'errand.yaml',
      `
models: [{ id: m, endpoint: "http://user:${canary}@a", model: m }]
channels: [{ id: hook, kind: webhook, secret: whsec_x, replyUrl: "http://user:${canary}@a" }]
egress: { allow: ["10.0.0.0/99"] }
`,
    );
    expect(Object.keys(await problemsOf(load()))).toEqual([
      'models.0.endpoint',
      'channels.0.replyUrl',
      'egress.allow.0',
    ]);
  });

  it('tells a model that is nowhere, and a private authority whose certificate is not there', async () => {
    await write('not.pem', 'nothing');
    await write(
      'errand.yaml',
      'models: [{ id: a, model: m }, { id: b, preset: vllm, model: m, caFile: not.pem }]',
    );
    const elsewhere = await problemsOf(load());
    expect(elsewhere['models.0.endpoint']).toMatch(/preset/);
    await write('errand.yaml', 'models: [{ id: b, preset: vllm, model: m, caFile: not.pem }]');
    expect(Object.keys(await problemsOf(load()))).toEqual(['models.0.caFile']);
    await write('ca.pem', privateCa.cert);
    await write('errand.yaml', 'models: [{ id: b, preset: vllm, model: m, caFile: ca.pem }]');
    expect((await load()).config.models[0]?.caFile).toBe(join(cwd, 'ca.pem'));
  });

  it('names the variable when the model of the environment is wrong', async () => {
    expect(Object.keys(await problemsOf(load({ MODEL_ENDPOINT: 'localhost:8000' })))).toEqual([
      'MODEL_ENDPOINT',
    ]);
    expect(Object.keys(await problemsOf(load({ MODEL_NAME: 'qwen' })))).toEqual(['MODEL_ENDPOINT']);
  });

  it.each([
    ['OBJECT_STORE', 'ftp://x'],
    ['OBJECT_STORE', 'file://relative'],
    ['S3_ENDPOINT', 'localhost:9000'],
    ['PUBLIC_URL', 'errand.example.com'],
    ['TEMPORAL_ADDRESS', 'http://temporal:7233'],
    ['TEMPORAL_UI_URL', 'temporal-ui:8080'],
    ['TEMPORAL_UI_URL', 'http://user:secret@temporal-ui:8080'],
    ['PORT', '65536'],
    ['ADMIN_TOKEN', 'undefined'],
  ])('refuses %s=%s', async (name, value) => {
    expect(Object.keys(await problemsOf(load({ [name]: value })))).toEqual([name]);
  });
});

describe('secrets', () => {
  it('come from files where the environment says so', async () => {
    await write('token', `${canary}\n`);
    const env = { ADMIN_TOKEN_FILE: 'token', AWS_SECRET_ACCESS_KEY_FILE: join(cwd, 'token'), OTHER: 'kept' };
    const settings = await load(env);
    expect(settings.adminToken).toBe(canary);
    expect(settings.env).toMatchObject({ AWS_SECRET_ACCESS_KEY: canary, OTHER: 'kept' });
    expect(settings.secrets).toContain(canary);
  });

  it('must not come from both a variable and a file', async () => {
    await write('token', canary);
    const problems = await problemsOf(load({ ADMIN_TOKEN: canary, ADMIN_TOKEN_FILE: 'token' }));
    expect(problems).toEqual({ ADMIN_TOKEN: 'both ADMIN_TOKEN and ADMIN_TOKEN_FILE are set' });
  });

  it.each([
    ['missing', undefined],
    ['blank', ' \n'],
    ['larger than a secret can be', 'x'.repeat(70_000)],
  ])('must not come from a file that is %s', async (_, text) => {
    if (text !== undefined) await write('token', text);
    expect(Object.keys(await problemsOf(load({ ADMIN_TOKEN_FILE: 'token' })))).toEqual(['ADMIN_TOKEN_FILE']);
  });

  it.each([
    ['an empty text', '""'],
    ['blanks', '"   "'],
    ['the text undefined', 'undefined'],
    ['a variable that is not set', '{ env: NOT_SET }'],
    ['a variable that is blank', '{ env: BLANK }'],
    ['a file that is missing', '{ file: nowhere }'],
  ])('keep one account from starting, and no other, when they are %s', async (_, source) => {
    const good = `{ id: good, kind: webhook, secret: { env: GOOD } }`;
    await write('errand.yaml', `channels: [{ id: bad, kind: webhook, secret: ${source} }, ${good}]\n`);
    const settings = await load({ BLANK: ' ', GOOD: 'whsec_good' });
    expect(settings.config.channels.map(({ id }) => id)).toEqual(['good']);
    expect(settings.unusableAccounts).toMatchObject([{ account: 'bad', path: 'channels.0.secret' }]);
    expect(settings.channelsConfigured).toBe(true);
    expect(settings.sources.get('channels.0.secret')).toBe('environment');
    expect(settings.secrets).toEqual(['whsec_good']);
  });

  it('may be empty for a model, but not forgotten', async () => {
    const model = (apiKey: string) =>
      `models: [{ id: m, endpoint: "http://a", model: m, apiKey: ${apiKey} }]\n`;
    await write('errand.yaml', model('""'));
    expect((await load()).config.models[0]?.apiKey).toBe('');
    for (const source of ['undefined', '" "', '{ env: NOT_SET }']) {
      await write('errand.yaml', model(source));
      expect(Object.keys(await problemsOf(load()))).toEqual(['models.0.apiKey']);
    }
  });
});
