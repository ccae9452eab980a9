import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { workflowBundlePath } from '../../workers/index.ts';

const directory = fileURLToPath(new URL('../replay/histories/', import.meta.url));

describe('this build', async () => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));

  it('has histories to replay', () => {
    expect(names.length).toBeGreaterThan(5);
  });

  it.each(names)('replays %s', async (name) => {
    const history: unknown = JSON.parse(await readFile(`${directory}${name}`, 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: { codePath: workflowBundlePath } }, history, name);
  });
});
