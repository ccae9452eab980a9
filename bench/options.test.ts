import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without options both targets are measured at both latencies, Errand with 200 and with 2,000 conversations', () => {
  const { sessions } = readOptions([]);
  expect(sessions.map(({ target, conversations, rows }) => [target, conversations, rows.length])).toEqual([
    ['errand', 200, 6],
    ['errand', 2_000, 6],
    ['floor', 200, 6],
  ]);
});

test('a single row can be asked for', () => {
  const options = readOptions(
    '--target errand --workload task3 --latency 2000 --conversations 50 --seconds 7'.split(' '),
  );
  expect(options.sessions).toEqual([
    { target: 'errand', conversations: 50, rows: [{ workload: 'task3', latencyMs: 2_000, width: 240 }] },
  ]);
  expect(options.timing.saturation).toBe(7);
});

test('several widths make a ladder, and the open loop can be left out', () => {
  const { sessions, timing } = readOptions(
    '--target floor --workload quick --latency 20 --width 40,80 --open 0'.split(' '),
  );
  expect(sessions[0]?.rows.map(({ width }) => width)).toEqual([40, 80]);
  expect(timing.open).toBe(0);
});

test('a soak is the mix at a slow model unless it is told otherwise', () => {
  expect(readOptions(['--soak', '10m']).soak).toEqual({
    durationMs: 600_000,
    conversations: 200,
    workload: 'mix',
    modelLatencyMs: 2_000,
  });
});

test('a wrong option is named', () => {
  expect(() => readOptions(['--workload', 'huge'])).toThrow(/workload/);
  expect(() => readOptions(['--nonsense'])).toThrow(/nonsense/);
});

test('taking messages can be measured alone, and the open loop at a share of the saturation', () => {
  expect(readOptions('--accept --kind slack --seconds 5'.split(' ')).accept).toEqual({
    seconds: 5,
    kind: 'slack',
  });
  expect(readOptions(['--share', '0.8']).timing.share).toBe(0.8);
});
