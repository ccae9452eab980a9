import { describe, expect, it } from 'vitest';
import { createAcceptedLog } from './accepted-log.ts';
import { EntryTooLarge } from './errors.ts';
import { entry, keysOf, now, openStore, record } from './fixtures.suite.ts';
import { createRunLog } from './run-log.ts';
import { decodeSegment, parseLines } from './segment.ts';

describe('the logs', () => {
  it('keep an accepted message without its text', async () => {
    const objects = await openStore();
    const log = createAcceptedLog(objects);
    await log.append(Object.assign(entry('a', now), { text: 'a secret order' }));
    await log.close();
    const [key = ''] = await keysOf(objects, 'runs/accepted/');
    const lines = await decodeSegment((await objects.get(key))?.body ?? new Uint8Array());
    expect([...parseLines(lines)]).toEqual([entry('a', now)]);
  });

  it('refuse an entry whose reply address is out of all proportion', async () => {
    const log = createAcceptedLog(await openStore());
    const huge = entry('a', now, { replyTo: { url: 'x'.repeat(40_000) } });
    await expect(log.append(huge)).rejects.toThrow(EntryTooLarge);
    await log.close();
  });

  it('write far fewer objects than records under load', async () => {
    const objects = await openStore();
    const log = createRunLog(objects);
    await Promise.all(Array.from({ length: 500 }, (_, index) => log.append(record(`r${index}`, now))));
    await log.close();
    expect((await keysOf(objects, 'runs/ended/')).length).toBeLessThan(5);
  });
});
