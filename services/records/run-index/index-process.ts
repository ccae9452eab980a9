/**
 * A process of its own for the run index: loading its engine stops an event loop for a third of a second, and what it took
 * of memory it gives back only when its process ends. Ends when whoever started it lets go of it, or dies.
 */
import { openObjectStore } from '../../objects/index.ts';
import type { ApartSetup, FromIndex, ToIndex } from './apart.ts';
import { createRunIndex, type RunIndex } from './run-index.ts';

let index: Promise<RunIndex> | undefined;

process.on('message', (message: ToIndex) => {
  if (message.type === 'setup') {
    index = open(message.setup);
    // Told to whoever asks.
    index.catch(() => {});
  } else void answer(message);
});
process.once('disconnect', async () => {
  await index?.then(
    (opened) => opened.close(),
    () => {},
  );
  process.exit();
});
// A Ctrl-C reaches the whole group: this process goes when its parent has drained.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

async function open({ objects, index }: ApartSetup): Promise<RunIndex> {
  const onDamage = (key: string, reason: string): void => say({ type: 'damage', key, reason });
  return createRunIndex(await openObjectStore({ ...objects, existing: true }), { ...index, onDamage });
}

async function answer({ id, asked, args }: Extract<ToIndex, { type: 'question' }>): Promise<void> {
  try {
    const opened = await index;
    if (!opened) throw new Error('asked before it was set up');
    say({ type: 'answer', id, value: await Reflect.apply(opened[asked], opened, args) });
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    say({ type: 'failure', id, name, message });
  }
}

function say(message: FromIndex): void {
  if (process.connected) process.send?.(message);
}
