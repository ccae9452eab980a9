import { describe, expect, it } from 'vitest';
import { hourOf, keyAt, mergedKey, parseSegmentKey, segmentKey } from './segment-key.ts';

const at = Date.parse('2026-11-23T15:04:12.345Z');
const parse = (key: string) => {
  const name = parseSegmentKey(key);
  if (!name) throw new Error(`${key} is no segment's`);
  return name;
};

describe('segment keys', () => {
  it('say their log, hour and time', () => {
    const key = segmentKey('ended', at, 'abcdef012345');
    expect(key).toBe('runs/ended/2026/11/23/15/0412345-abcdef012345.jsonl.gz');
    expect(parse(key)).toEqual({ key, log: 'ended', hour: 2026112315, first: at, last: at, merged: false });
    expect(hourOf(at)).toBe(2026112315);
  });

  it('sort as time does, and behind the beginning of their time', () => {
    const times = [at - 86_400_000 * 40, at - 3_600_000, at - 1, at, at + 1, at + 86_400_000];
    const keys = times.map((time) => segmentKey('accepted', time, 'abcdef012345'));
    expect([...keys].sort()).toEqual(keys);
    for (const [index, time] of times.entries())
      expect(keyAt('accepted', time) < (keys[index] ?? '')).toBe(true);
  });

  it('of merged segments span their sources and sort behind them', () => {
    const sources = [at, at + 5, at + 60_000].map((time) => parse(segmentKey('ended', time, 'ffffffffffff')));
    const merged = parse(mergedKey(sources));
    expect(merged).toMatchObject({
      log: 'ended',
      hour: 2026112315,
      first: at,
      last: at + 60_000,
      merged: true,
    });
    expect(keyAt('ended', at + 60_000) < merged.key).toBe(true);
    const again = parse(mergedKey([merged, parse(segmentKey('ended', at + 90_000, 'ffffffffffff'))]));
    expect(again).toMatchObject({ first: at, last: at + 90_000 });
  });

  it('of other objects are not taken for segments', () => {
    for (const key of ['runs/ended/2026/11/23/15/x.jsonl.gz', 'runs/ended/notes', 'memory/a', 'runs/other/1'])
      expect(parseSegmentKey(key)).toBeNull();
  });
});
