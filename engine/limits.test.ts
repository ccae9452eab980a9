import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { runLimits } from './limits.ts';

it('the bounds are those that were agreed on', () => {
  expect(runLimits).toMatchObject({
    ...{ nodes: 500, subflowDepth: 5, fanOut: 1_000, nodeOutputBytes: 5_000_000, runDays: 30 },
  });
});

/** Modules that a file loads at run time, by the imports that are not of types alone. */
async function loads(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  const source = await readFile(file, 'utf8');
  for (const [, clause = '', target = ''] of source.matchAll(
    /^(?:import|export) ([^;]*?)from '([^']+)'/gms,
  )) {
    if (clause.startsWith('type ')) continue;
    if (target.startsWith('.')) await loads(new URL(target, file), seen);
    else seen.add(target);
  }
  return seen;
}

it('what workflows load reaches neither zod nor the catalogue', async () => {
  const loaded = [...(await loads(new URL('./index.ts', import.meta.url)))];
  expect(loaded.filter((name) => !name.startsWith('file:')).sort()).toEqual([
    '@marcbachmann/cel-js',
    're2js',
  ]);
  expect(loaded.some((name) => name.includes('node-kinds') || name.endsWith('contracts/flow.ts'))).toBe(
    false,
  );
});
