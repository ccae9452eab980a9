import { expect, it } from 'vitest';
import { messageRunId } from '../services/runs/index.ts';
import { Seen } from './seen.ts';

const hourMs = 3_600_000;
const runId = messageRunId('account', 'message');

it.each([
  ['at once', 0],
  ['after 15 s', 15_000],
  ['after 5 min', 300_000],
  ['after 1 h', hourMs],
  ['after 6 h', 6 * hourMs],
  ['after all of these and a last 55 min', 8 * hourMs],
])('knows a message that comes again %s, at whatever minute it first came', (_, later) => {
  for (let minute = 0; minute < 60; minute += 1) {
    const first = 100 * hourMs + minute * 60_000;
    const seen = new Seen([]);
    expect(seen.add(runId, first)).toBe(true);
    const carried = new Seen(JSON.parse(JSON.stringify(seen.buckets())));
    expect(carried.add(messageRunId('account', 'another'), first + later / 2)).toBe(true);
    expect(carried.add(runId, first + later)).toBe(false);
  }
});

it('forgets what nobody sends again', () => {
  const seen = new Seen([]);
  seen.add(runId, 0);
  expect(seen.add(runId, 10 * hourMs)).toBe(true);
});
