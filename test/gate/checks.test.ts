import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CheckFixture, createCheckFixture } from './check-fixture.ts';

const dependencies = ['zod', 'undici', 'openai', '@temporalio/workflow', 'left-over'];

const manifest = (used: string[]) => {
  const scripts = ['start', 'test', 'check', 'bench', 'errand'].map((name) => [
    name,
    `node infra/first-run/${name}.mjs`,
  ]);
  const content = {
    name: 'errand',
    type: 'module',
    bin: { errand: 'dist/cli/main.js' },
    scripts: Object.fromEntries(scripts),
    dependencies: Object.fromEntries(used.map((name) => [name, '1.0.0'])),
    devDependencies: { 'dependency-cruiser': '1.0.0' },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
};

/** Formatted as biome formats; each room uses what it may. */
const clean = {
  'package.json': manifest(['zod', 'undici', '@temporalio/workflow']),
  'package-lock.json': '{}\n',
  'contracts/index.ts': "export { stub } from 'zod';\n",
  'engine/index.ts': "import { stub } from '../contracts/index.ts';\n\nexport const engine = stub;\n",
  'workflows/index.ts':
    "import { stub } from '@temporalio/workflow';\nimport { engine } from '../engine/index.ts';\n\nexport const workflow = stub + engine;\n",
  'services/egress/index.ts': "import { stub } from 'undici';\n\nexport const egress = stub;\n",
  'cli/main.ts': "import { egress } from '../services/egress/index.ts';\n\nprocess.stdout.write(egress);\n",
  'workers/build-bundle.ts': "process.stdout.write('');\n",
  'bench/main.ts': "process.stdout.write('');\n",
};

let fixture: CheckFixture;

beforeEach(async () => {
  fixture = await createCheckFixture(clean, dependencies);
});

afterEach(() => fixture.remove());

async function failureOf(check: string, files: Record<string, string>): Promise<string> {
  await fixture.write(files);
  const { code, output } = await fixture.check(check);
  expect(code).toBe(1);
  expect(output).toContain(`FAIL  ${check}`);
  return output;
}

test('a clean tree passes every check', async () => {
  const { code, output } = await fixture.check();
  expect({ code, failed: output.match(/^FAIL.*/gm) }, output).toEqual({ code: 0, failed: null });
  expect(output.match(/^ok/gm)).toHaveLength(5);
});

test('format and lint: bad format, `any`, raw fetch, a forgotten await, skipped tests and default exports fail', async () => {
  const output = await failureOf('format and lint', {
    'cli/format.ts': 'export const a   = 1;\n',
    'cli/any.ts': 'export const parse = (text: string): any => JSON.parse(text);\n',
    'cli/fetch.ts': "export const answer = await fetch('http://example.org');\n",
    'cli/async.ts': 'export async function work(): Promise<void> {}\n',
    'cli/forgotten.ts': "import { work } from './async.ts';\n\nwork();\n",
    'cli/default.ts': 'export default 1;\n',
    'cli/skipped.test.ts': "import { test } from 'vitest';\n\ntest.skip('later', () => {});\n",
  });
  expect(output).toMatch(/cli\/format\.ts format/);
  for (const [file, rule] of [
    ['any', 'suspicious/noExplicitAny'],
    ['fetch', 'style/noRestrictedGlobals'],
    ['forgotten', 'nursery/noFloatingPromises'],
    ['default', 'style/noDefaultExport'],
    ['skipped.test', 'suspicious/noSkippedTests'],
  ]) {
    expect(output).toMatch(new RegExp(`cli/${file}\\.ts:\\d+:\\d+ lint/${rule}`));
  }
});

test('types: a type error fails', async () => {
  const output = await failureOf('types', { 'cli/wrong.ts': "export const port: number = '18789';\n" });
  expect(output).toContain('cli/wrong.ts(1,14): error TS2322');
});

test('boundaries: each direction of the house fails when it is turned round', async () => {
  const output = await failureOf('boundaries', {
    'contracts/up.ts': "export { engine } from '../engine/index.ts';\n",
    'engine/vendor.ts': "export { stub } from 'openai';\n",
    'workflows/clock.ts': "export { hostname } from 'node:os';\n",
    'workflows/vendor-type.ts': "export type { Stub } from '../engine/type-only.ts';\n",
    'engine/type-only.ts': "export type { Stub } from 'openai';\n",
    'services/up.ts': "export { channel } from '../channels/index.ts';\n",
    'channels/index.ts': "export { activity as channel } from '../activities/index.ts';\n",
    'activities/index.ts': "export { workflow as activity } from '../workflows/index.ts';\n",
    'api/runs.ts': "export { workflow } from '../workflows/index.ts';\n",
    'api/direct.ts': "export { stub } from '@temporalio/workflow';\n",
    'infra/down.ts': "export { workflow } from '../api/runs.ts';\n",
    'cli/fake.ts': "export { fake } from '../test/fake.ts';\n",
    'test/fake.ts': 'export const fake = 1;\n',
    'services/raw.ts': "export { stub } from 'undici';\n",
    'services/raw-http.ts': "export { request } from 'node:https';\n",
    'cli/one.ts': "export * from './two.ts';\n",
    'cli/two.ts': "export * from './one.ts';\n",
    'cli/nowhere.ts': "export * from './missing.ts';\n",
  });
  for (const violation of [
    'contracts-uses-only: contracts/up.ts → engine/index.ts',
    'engine-uses-only: engine/vendor.ts → node_modules/openai',
    'workflows-uses-only: workflows/clock.ts → os',
    'workflows-reach-nothing-of-the-world: workflows/vendor-type.ts → node_modules/openai',
    'services-uses-only: services/up.ts → channels/index.ts',
    'channels-uses-only: channels/index.ts → activities/index.ts',
    'activities-uses-only: activities/index.ts → workflows/index.ts',
    'api-uses-only: api/runs.ts → workflows/index.ts',
    'api-starts-workflows-by-name: api/direct.ts',
    'infra-uses-only: infra/down.ts → api/runs.ts',
    'nothing-imports-test: cli/fake.ts → test/fake.ts',
    'one-egress-client: services/raw.ts → node_modules/undici',
    'one-egress-client: services/raw-http.ts → https',
    'no-cycles: cli/one.ts',
    'everything-resolves: cli/nowhere.ts',
  ]) {
    expect(output).toContain(violation);
  }
});

test('dead code: an unused file, an unused export and an unused or undeclared package fail', async () => {
  const output = await failureOf('dead code', {
    'cli/forgotten.ts': 'export const forgotten = 1;\n',
    'engine/index.ts':
      "import { stub } from '../contracts/index.ts';\nimport 'openai';\n\nexport const engine = stub;\nexport const unused = 1;\n",
    'package.json': manifest(['zod', 'undici', '@temporalio/workflow', 'left-over']),
  });
  expect(output).toMatch(/Unused files[\s\S]*cli\/forgotten\.ts/);
  expect(output).toMatch(/Unused dependencies[\s\S]*left-over/);
  expect(output).toMatch(/Unlisted dependencies[\s\S]*openai/);
  expect(output).toMatch(/Unused exports[\s\S]*unused\s+engine\/index\.ts/);
});

test('one Temporal SDK: a second copy or version of one of its packages fails', async () => {
  const output = await failureOf('one Temporal SDK', {
    'package-lock.json': JSON.stringify({
      packages: {
        'node_modules/@temporalio/common': { version: '1.24.0', optional: true },
        'node_modules/x/node_modules/@temporalio/common': { version: '1.23.0', optional: true },
      },
    }),
  });
  expect(output).toContain('a second copy: node_modules/x/node_modules/@temporalio/common');
  expect(output).toContain('several versions: 1.24.0, 1.23.0');
});
