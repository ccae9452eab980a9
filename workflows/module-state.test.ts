import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Rooms that the workflow bundle is made of. */
const rooms = ['workflows', 'engine', 'contracts'];
/** At the top of a module: what can be assigned, and collections that are not declared read-only. */
const state =
  /^(export )?(let |var |const \w+( = |: (?!Readonly|readonly)[^=]*= )new (Map|Set)\b|const \w+: \w+(<[^>]*>|\[\]) = \[\])/;

it('no module that workflows share keeps state: what one workflow left there would change another', async () => {
  const found: string[] = [];
  for (const room of rooms) {
    for (const name of await readdir(join(root, room), { recursive: true })) {
      if (!name.endsWith('.ts') || /\.(test|suite)\.ts$/.test(name)) continue;
      const text = await readFile(join(root, room, name), 'utf8');
      for (const line of text.split('\n')) if (state.test(line)) found.push(`${room}/${name}: ${line}`);
    }
  }
  expect(found).toEqual([]);
});
