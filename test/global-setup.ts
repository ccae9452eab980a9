import type { TestProject } from 'vitest/node';
import { startTemporal, type TestBinaries, type TestTemporal, testBinaries } from './servers/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths of the servers that a test may start for itself. */
    binaries: TestBinaries;
    /** The one Temporal server of the run; `createNamespace` gives a test a place on it. */
    temporal: { address: string; uiUrl: string };
  }
}

let shared: Promise<TestTemporal> | undefined;
let users = 0;

/** One Temporal server for all projects of a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = Date.now();
  const binaries = await testBinaries((line) => console.log(line));
  users += 1;
  shared ??= startTemporal(binaries.temporal);
  const { address, uiUrl, stop } = await shared;
  console.log(
    `Temporal for ${project.name} on ${address} (${((Date.now() - started) / 1_000).toFixed(1)} s)`,
  );
  project.provide('binaries', binaries);
  project.provide('temporal', { address, uiUrl });
  return async () => {
    users -= 1;
    if (users === 0) await stop();
  };
}
