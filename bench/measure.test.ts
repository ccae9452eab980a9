import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskBytes, percentile } from './measure.ts';

test('a percentile is a value that was seen', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 0.5)).toBe(100);
  expect(percentile(values, 0.99)).toBe(198);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeNull();
});

test("bytes on disk are told apart: the Temporal server's database, the index, and the store", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'errand-bench-'));
  try {
    for (const [name, size] of [
      ['temporal.db', 10],
      ['temporal.db-wal', 5],
      ['object', 3],
      ['runs.duckdb.wal', 2],
    ] as const) {
      await writeFile(join(directory, name), Buffer.alloc(size));
    }
    expect(await diskBytes(directory)).toEqual({ temporal: 15, store: 3, index: 2 });
  } finally {
    await rm(directory, { recursive: true });
  }
});
