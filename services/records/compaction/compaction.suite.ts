import type { ObjectStore } from '../../objects/index.ts';
import { entry, interfered, record, writeSegment } from '../fixtures.suite.ts';

/** Records of `count` messages, each side in a group of its own. */
export async function writeMany(
  objects: ObjectStore,
  at: number,
  count: number,
  prefix: string,
): Promise<void> {
  const names = Array.from({ length: count }, (_, number) => `${prefix}${number}`);
  await Promise.all(
    names.flatMap((name, number) => [
      writeSegment(objects, 'accepted', at + number, [entry(name, at)]),
      writeSegment(objects, 'ended', at + number + 1, [record(name, at + number)]),
    ]),
  );
}

/** Ends as if the process had been killed after `steps` writes and deletions, for every number of steps there is. */
export async function atEveryStep(
  prepare: () => Promise<ObjectStore>,
  work: (objects: ObjectStore) => Promise<unknown>,
  check: (objects: ObjectStore) => Promise<void>,
): Promise<number> {
  for (let steps = 0; ; steps++) {
    const objects = await prepare();
    let left = steps;
    const dying = interfered(objects, {
      before: () => {
        if (left-- <= 0) throw new Error('killed');
      },
    });
    const finished = await work(dying).then(
      () => true,
      () => false,
    );
    await check(objects);
    if (finished) return steps;
  }
}
