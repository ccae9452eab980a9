import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './project.mjs';
import { run, seconds } from './run.mjs';

/** What `npm run check` looks at, by name. */
const checks = {
  'format and lint': () =>
    tool('@biomejs/biome/bin/biome', 'ci', '--colors=off', '--diagnostic-level=warn', '--error-on-warnings'),
  types: () =>
    tool(
      'typescript/bin/tsc',
      '-p',
      'tsconfig.json',
      '--noEmit',
      '--tsBuildInfoFile',
      '.cache/types.tsbuildinfo',
    ),
  boundaries: () =>
    tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      ...sources(),
    ),
  'dead code': () => tool('knip/bin/knip.js', '--no-progress'),
  'one Temporal SDK': oneTemporalSdk,
};

export const checkNames = Object.keys(checks);

/** Runs the named checks side by side and says how each went. Resolves with the number that failed. */
export async function runChecks(names) {
  const results = await Promise.all(
    names.map(async (name) => {
      const started = Date.now();
      const { code, output } = await checks[name]();
      say(
        `${code === 0 ? 'ok  ' : 'FAIL'}  ${name} (${seconds(started)})${code === 0 ? '' : `\n${output.trimEnd()}`}`,
      );
      return code;
    }),
  );
  return results.filter((code) => code !== 0).length;
}

function tool(script, ...args) {
  return run(process.execPath, [join('node_modules', script), ...args], {
    env: { ...process.env, NO_COLOR: '1' },
  });
}

/** The folders and files that TypeScript compiles, as far as they exist. */
function sources() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return include.filter((path) => existsSync(join(root, path)));
}

/** Two copies or versions of a package of the SDK do not know each other's classes and histories. */
async function oneTemporalSdk() {
  const { packages = {} } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = Object.entries(packages).filter(([path]) => /node_modules\/@temporalio\/[^/]+$/.test(path));
  const nested = found.filter(([path]) => path.lastIndexOf('node_modules/') > 0);
  const versions = [...new Set(found.map(([, entry]) => entry.version))];
  const faults = nested.map(([path]) => `a second copy: ${path}`);
  if (versions.length > 1) faults.push(`several versions: ${versions.join(', ')}`);
  return { code: faults.length === 0 ? 0 : 1, output: faults.join('\n') };
}
