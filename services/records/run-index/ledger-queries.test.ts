import { describe, expect, it } from 'vitest';
import { createAcceptedLog } from '../accepted-log.ts';
import {
  entry,
  hour,
  minute,
  now,
  openIndex,
  openStore,
  record,
  runIdOf,
  withoutMessage,
  writeSegment,
} from '../fixtures.suite.ts';
import { createRunLog } from '../run-log.ts';

describe('the ledger', () => {
  it('counts messages once per run id, whatever is repeated, and no runs without a message', async () => {
    const objects = await openStore();
    const accepted = createAcceptedLog(objects);
    const ended = createRunLog(objects);
    for (const name of ['a', 'b', 'c', 'd', 'a']) await accepted.append(entry(name, now));
    await ended.append(record('a', now));
    await ended.append(record('b', now, { status: 'failed' }));
    await ended.append(record('c', now, { status: 'cancelled' }));
    await ended.append(record('a', now, { status: 'failed' }));
    await ended.append(record('api', now, withoutMessage));
    const index = await openIndex(objects);
    await index.refresh();
    expect(await index.ledgerCounts()).toEqual({ accepted: 4, answered: 1, failed: 1, cancelled: 1 });
    expect(await index.get(runIdOf('a'))).toMatchObject({ status: 'answered' });
    expect(await index.open({ olderThanMs: 0 })).toEqual([entry('d', now)]);
    await Promise.all([accepted.close(), ended.close()]);
  });

  it('lists what is open by age and by run id, and what ended without being accepted', async () => {
    const objects = await openStore();
    const at = Date.now();
    await writeSegment(objects, 'accepted', at, [entry('old', at - hour), entry('new', at), entry('x', at)]);
    await writeSegment(objects, 'ended', at, [
      record('x', at),
      record('stray', at - hour),
      record('young', at),
    ]);
    const index = await openIndex(objects);
    await index.refresh();
    expect((await index.open({ olderThanMs: minute })).map(({ id }) => id)).toEqual(['message old']);
    expect((await index.open({ olderThanMs: 0, limit: 1 })).map(({ id }) => id)).toEqual(['message old']);
    expect(await index.openByRunId(runIdOf('new'))).toEqual(entry('new', at));
    expect(await index.openByRunId(runIdOf('x'))).toBeNull();
    const stray = {
      runId: runIdOf('stray'),
      account: 'hook',
      messageId: 'message stray',
      outcome: 'answered',
    };
    expect(await index.unaccepted({ olderThanMs: minute })).toEqual([stray]);
    await writeSegment(objects, 'accepted', at, [entry('stray', at)]);
    await index.refresh();
    expect(await index.unaccepted({ olderThanMs: minute })).toEqual([]);
    expect(await index.openByRunId(runIdOf('stray'))).toBeNull();
  });
});
