import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openObjectStore } from '../objects/index.ts';
import { openIndex, query, temporaryDirectory } from './fixtures.suite.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a writer until it said `lines` lines, kills it with −9, and answers with all it said. */
async function appendUntilKilled(url: string, name: string, lines: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--import', file('../../test/child/typescript.mjs'), file('appending-child.suite.ts'), url, name],
    { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === lines) child.kill('SIGKILL');
  }
  return said;
}

describe('writers that are killed', () => {
  it('leave every entry that was durable, side by side with others', async () => {
    const url = pathToFileURL(await temporaryDirectory()).href;
    const said = (
      await Promise.all(['a', 'b'].map((name, index) => appendUntilKilled(url, name, 180 + 77 * index)))
    ).flat();
    const durable = (log: string) =>
      said.filter((line) => line.startsWith(log)).map((line) => line.slice(log.length + 1));

    const objects = await openObjectStore({ url });
    const index = await openIndex(objects);
    await index.refresh();
    const runs: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await index.query(query({ limit: 200, ...(cursor ? { cursor } : {}) }));
      runs.push(...page.runs.map(({ id }) => id));
      if (!page.next) break;
      cursor = page.next;
    }
    const open = (await index.open({ olderThanMs: 0 })).map(({ runId }) => runId);
    expect(durable('ended').length).toBeGreaterThan(50);
    expect(durable('ended').filter((id) => !runs.includes(id))).toEqual([]);
    expect(durable('accepted').filter((id) => !runs.includes(id) && !open.includes(id))).toEqual([]);
    const { accepted, answered } = await index.ledgerCounts();
    expect(accepted).toBe(answered + open.length);
    await objects.close();
  }, 30_000);
});
