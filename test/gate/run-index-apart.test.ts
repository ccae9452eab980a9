import { readdir, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openObjectStore } from '../../services/objects/index.ts';
import { InvalidCursor, RunIndexUnavailable } from '../../services/records/errors.ts';
import { entry, temporaryDirectory } from '../../services/records/fixtures.suite.ts';
import { createAcceptedLog, createRunIndexApart } from '../../services/records/index.ts';

async function setUp(idleMs: number) {
  const store = { url: pathToFileURL(await temporaryDirectory()).href };
  const objects = await openObjectStore(store);
  const log = createAcceptedLog(objects);
  await log.append(entry('one', Date.now() - 60_000));
  await log.close();
  await objects.close();
  const index = createRunIndexApart(store, { directory: await temporaryDirectory(), idleMs });
  onTestFinished(() => index.close());
  return index;
}

/** The processes of the index that this process has started. */
async function running(): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const parents = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return pids.filter(
    (_, at) =>
      lines[at]?.includes('index-process') &&
      Number(parents[at]?.slice(parents[at].lastIndexOf(')') + 2).split(' ')[1]) === process.pid,
  );
}

it('answers from a process that ends when it is asked no more, and begins again', async () => {
  const index = await setUp(50);
  await index.refresh();
  expect(await index.open({ olderThanMs: 0 })).toMatchObject([{ id: 'message one' }]);
  await expect.poll(running).toEqual([]);
  expect(await index.ledgerCounts()).toMatchObject({ accepted: 1 });
});

it('fails as the index in this process does', async () => {
  const index = await setUp(60_000);
  await expect(index.query({ cursor: 'nonsense', limit: 1 })).rejects.toThrow(InvalidCursor);
  await index.close();
  await expect(index.refresh()).rejects.toThrow(RunIndexUnavailable);
});

it('a process that dies fails what it was asked, and the next question starts another', async () => {
  const index = await setUp(60_000);
  await index.refresh();
  const [pid = 0] = await running();
  const asked = index.refresh();
  process.kill(pid, 'SIGKILL');
  await expect(asked).rejects.toThrow(RunIndexUnavailable);
  expect(await index.open({ olderThanMs: 0 })).toHaveLength(1);
});
