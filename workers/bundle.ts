import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Next to the compiled code; under tests, which run from the sources, in the build that precedes them. */
export const workflowBundlePath = fileURLToPath(
  existsSync(new URL('../workflow-bundle.js', import.meta.url))
    ? new URL('../workflow-bundle.js', import.meta.url)
    : new URL('../dist/workflow-bundle.js', import.meta.url),
);

/** Bundles the workflows once, with exactly this version of the worker. Returns the size in bytes. */
export async function buildWorkflowBundle(to: string): Promise<number> {
  const module = (name: string): string =>
    fileURLToPath(new URL(`../${name}${import.meta.url.slice(-3)}`, import.meta.url));
  const { code } = await bundleWorkflowCode({
    workflowsPath: module('workflows/index'),
    // Loaded once per worker instead of once per workflow: no module keeps state of its own (workflows/module-state.test.ts).
    preloadModules: ['workflows/shallow-stacks', 'engine/index', 'workflows/index'].map(module),
    // Lines of files for stack traces, which the worker asks for, without the files' text.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-cheap-source-map' }),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  await writeFile(to, code);
  return Buffer.byteLength(code);
}
