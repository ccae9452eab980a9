import { describe, expect, it } from 'vitest';
import { runId } from '../../contracts/index.ts';
import { hookRunId, messageRunId, randomRunId, resumedRunId } from './run-ids.ts';

describe('messageRunId', () => {
  it('is the base32 form of SHA-256 over account, NUL and message id', () => {
    // base64.b32encode(hashlib.sha256(b'hook\0m1').digest()).lower()[:26] in Python
    expect(messageRunId('hook', 'm1')).toBe('bisea3lk2s236xatgebizl7xtr');
    expect(runId.parse(messageRunId('hook', 'm1'))).toBe(messageRunId('hook', 'm1'));
  });

  it('differs where only the border between account and message id moves', () => {
    expect(messageRunId('hook', '1m')).not.toBe(messageRunId('hook1', 'm'));
  });
});

it('ids of runs of hooks, and of those made of others, are theirs alone and the same each time', () => {
  const old = messageRunId('hook', 'm1');
  const make = () => [
    old,
    hookRunId('hook', 'm1'),
    hookRunId('hook', 'm2'),
    hookRunId('other', 'm1'),
    resumedRunId(old, 0),
    resumedRunId(old, 1),
  ];
  expect(new Set(make()).size).toBe(6);
  expect(make()).toEqual(make());
  for (const id of make()) expect(runId.safeParse(id).success).toBe(true);
});

describe('randomRunId', () => {
  it('is a run id, and another one each time', () => {
    const ids = new Set(Array.from({ length: 1_000 }, randomRunId));
    expect(ids.size).toBe(1_000);
    for (const id of ids) expect(runId.safeParse(id).success).toBe(true);
  });
});
