import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { readServerLog, type ServerLogEntry } from './server-log.ts';

async function read(text: string): Promise<{ entries: ServerLogEntry[]; tail: string }> {
  const entries: ServerLogEntry[] = [];
  const stream = new PassThrough();
  const log = readServerLog(stream, (entry) => entries.push(entry));
  stream.end(text);
  await finished(stream);
  return { entries, tail: log.tail() };
}

test('a JSON line becomes level, message and the rest', async () => {
  const { entries } = await read('{"time":"2026-01-01","level":"ERROR","msg":"lost","shard":1}\n');
  expect(entries).toEqual([{ level: 'error', message: 'lost', fields: { shard: 1 } }]);
});

test.each([
  ['WARN', 'warn'],
  ['INFO', 'info'],
  ['DPANIC', 'error'],
  ['FATAL', 'error'],
])('%s is logged as %s', async (level, expected) => {
  const { entries } = await read(`${JSON.stringify({ level, msg: '' })}\n`);
  expect(entries[0]?.level).toBe(expected);
});

test('what is no JSON object is kept as it is, cut to 4,000 characters', async () => {
  const { entries } = await read(`WARNING: plain\nnull\n${'x'.repeat(10_000)}\n`);
  expect(entries.map(({ message }) => message.slice(0, 20))).toEqual([
    'WARNING: plain',
    'null',
    'x'.repeat(20),
  ]);
  expect(entries[2]?.message).toHaveLength(4_000);
});

test('the tail holds the last fifteen lines', async () => {
  const { tail } = await read(Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join(''));
  expect(tail.split('\n')).toHaveLength(15);
  expect(tail).toMatch(/^line 25\n.*line 39$/s);
});
