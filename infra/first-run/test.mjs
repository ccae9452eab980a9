import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { checkNames, runChecks } from './checks.mjs';
import { ensureInstalled } from './install.mjs';
import { main, root, say } from './project.mjs';
import { run } from './run.mjs';

const report = '.cache/test-results.json';

/** `npm test`: the checks, then the gate's tests; `--long`: all tests. The last line is `N passed, N failed`. */
await main(async (args) => {
  const result = { passed: 0, failed: 1 };
  try {
    await ensureInstalled();
    await ensureBuilt();
    const failedChecks = await runChecks(checkNames);
    const tests = await runTests(args.includes('--long') ? ['unit', 'gate', 'long'] : ['unit', 'gate']);
    Object.assign(result, { passed: tests.passed, failed: tests.failed + failedChecks });
  } finally {
    // Behind anything that an error still has to say.
    process.once('exit', () => process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`));
  }
  return result.failed === 0 ? 0 : 1;
});

async function runTests(projects) {
  rmSync(join(root, report), { force: true });
  const { code } = await run(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...projects.map((name) => `--project=${name}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { inherit: true, env: { ...process.env, CI: 'true' } },
  );
  return count(code);
}

/** A file that could not be loaded counts as a failure, and so does anything else that vitest stumbles over. */
function count(code) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(
      readFileSync(join(root, report), 'utf8'),
    );
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const failed = numFailedTests + broken.length;
    return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } catch {
    say('vitest left no report.');
    return { passed: 0, failed: 1 };
  }
}
